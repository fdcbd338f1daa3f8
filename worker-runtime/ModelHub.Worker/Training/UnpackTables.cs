using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Data;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training;

/// <summary>Parquet and JSON lines as CSV, a row a row in their order: what is missing and what is empty are one to a trainer.</summary>
internal sealed class UnpackTables(WorkerOptions options)
{
    public static bool AreNeeded(IReadOnlyList<(string Name, string Path)> files) => files.Any(f => !f.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase));

    /// <exception cref="BadInputException">A file is none of these, or cannot be read.</exception>
    public IReadOnlyList<(string Name, string Path)> Run(IReadOnlyList<(string Name, string Path)> files, ScratchFolder scratch, CancellationToken ct)
    {
        var format = ProfileFiles.Format(files);
        DuckDbLibrary.Use(options.DuckDb);
        var unpacked = files.Select((file, i) => (Name: Path.ChangeExtension(file.Name, ".csv"), Path: scratch.File($"unpacked-{i}.csv"))).ToList();
        using var session = new DuckDbSession(files.Concat(unpacked).Select(f => f.Path), scratch.Path);
        using var stop = ct.Register(session.Interrupt);
        foreach (var (from, to) in files.Zip(unpacked))
            try
            {
                var path = DuckDbSession.Quote(from.Path);
                session.Execute($"COPY (SELECT COLUMNS(*)::VARCHAR FROM {(format == "json" ? LoadTable.Json(path) : $"read_parquet({path})")}) TO {DuckDbSession.Quote(to.Path)} (FORMAT csv, HEADER)");
            }
            catch (DuckDbException e)
            {
                ct.ThrowIfCancellationRequested();
                throw new BadInputException($"{from.Name}: {e.Message.Split('\n')[0].Replace(from.Path, from.Name, StringComparison.Ordinal)}", e);
            }
        return unpacked;
    }
}
