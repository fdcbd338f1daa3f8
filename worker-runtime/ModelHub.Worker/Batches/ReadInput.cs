using ModelHub.Domain.Batches;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Batches;

/// <summary>The input of a run, on this worker's disk. The same bytes give the same rows in the same order, however often they are read.</summary>
internal sealed class ReadInput(ArtifactCache artifacts, WorkerOptions options)
{
    /// <returns>What opens the rows at their beginning: the fields of the version first, then the columns that are kept.</returns>
    public async Task<Func<IRows>> OpenAsync(BatchRun run, ScratchFolder scratch, CancellationToken ct)
    {
        var files = new List<(string Name, string Path)>();
        foreach (var file in run.Files) files.Add((file.Path, await artifacts.GetAsync(file.Digest, ct)));
        string[] wanted = [.. BatchFields.Of(run.Version.Signature!).Select(f => f.Name), .. run.Keep];
        if (run.InputFormat == BatchFormat.Jsonl) return () => new JsonLines(files, wanted);
        if (run.InputFormat == BatchFormat.Parquet) files = await Task.Run(() => Unpack(files, scratch, ct), ct);
        return () => new CsvTable(files, wanted);
    }

    /// <summary>Reads the input from end to end, so that nothing is begun that its last line would spoil.</summary>
    /// <returns>The number of its rows.</returns>
    public static long Count(Func<IRows> open, CancellationToken ct)
    {
        using var rows = open();
        long count = 0;
        while (rows.Read())
            if (++count % 65_536 == 0) ct.ThrowIfCancellationRequested();
        return count > 0 && rows.Unseen.Count > 0 ? throw Lacking("The input", rows.Unseen) : count;
    }

    public static BadInputException Lacking(string file, IReadOnlyList<string> columns) =>
        new($"{file}: the version takes columns that are not there: {string.Join(", ", columns.Take(30))}.");

    /// <summary>Each Parquet file as CSV, a row a row in its order: what is missing and what is empty are one to a version.</summary>
    private List<(string Name, string Path)> Unpack(List<(string Name, string Path)> files, ScratchFolder scratch, CancellationToken ct)
    {
        DuckDbLibrary.Use(options.DuckDb);
        var unpacked = files.Select((file, i) => (file.Name, Path: scratch.File($"{i}.csv"))).ToList();
        using var session = new DuckDbSession(files.Concat(unpacked).Select(f => f.Path), scratch.Path);
        using var stop = ct.Register(session.Interrupt);
        foreach (var (from, to) in files.Zip(unpacked))
            try
            {
                session.Execute($"COPY (SELECT COLUMNS(*)::VARCHAR FROM read_parquet({DuckDbSession.Quote(from.Path)})) TO {DuckDbSession.Quote(to.Path)} (FORMAT csv, HEADER)");
            }
            catch (DuckDbException e)
            {
                ct.ThrowIfCancellationRequested();
                throw new BadInputException($"{from.Name}: {e.Message.Split('\n')[0].Replace(from.Path, from.Name, StringComparison.Ordinal)}", e);
            }
        return unpacked;
    }
}
