using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Data;

/// <summary>
/// The profile of a data version: one load or view over all its files, one statement for all figures of all columns,
/// one for the histograms, one for the top values. CSV is first read by our strict reader: DuckDB repairs and guesses.
/// </summary>
internal static class ProfileFiles
{
    /// <param name="files">Name shown in messages, path on disk; all of one kind, told by the name.</param>
    /// <exception cref="BadInputException">The files cannot be read as tables of the same columns.</exception>
    public static (IReadOnlyList<Column> Schema, Profile Profile) Run(
        IReadOnlyList<(string Name, string Path)> files, string scratch, Action<double, string?> progress, CancellationToken ct)
    {
        var rows = Format(files) == "csv" ? ScanCsv(files, progress, ct) : (long?)null;
        using var session = new DuckDbSession(files.Select(f => f.Path), scratch);
        using var stop = ct.Register(session.Interrupt);
        try
        {
            return Measure(session, files, rows, progress, ct);
        }
        catch (DuckDbException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new BadInputException(Shown(e.Message, files), e);
        }
    }

    private static (IReadOnlyList<Column>, Profile) Measure(
        DuckDbSession session, IReadOnlyList<(string Name, string Path)> files, long? expected, Action<double, string?> progress, CancellationToken ct)
    {
        LoadTable.Run(session, Format(files), [.. files.Select(f => f.Path)]);
        progress(0.5, null);
        var columns = ProfiledColumn.Of(session);
        if (columns.Count > DataLimits.Columns) throw new BadInputException($"The data has {columns.Count} columns, the limit is {DataLimits.Columns}.");
        var figures = ColumnFigures.Of(session, columns);
        if (expected is { } counted && counted != figures.RowCount)
            throw new BadInputException($"The files hold {counted} rows to a strict reader and {figures.RowCount} to DuckDB; check quotes and blank lines.");
        progress(0.7, $"{figures.RowCount} rows, {columns.Count} columns");
        ct.ThrowIfCancellationRequested();
        var histograms = ColumnHistograms.Of(session, columns, figures);
        progress(0.85, null);
        ct.ThrowIfCancellationRequested();
        var topValues = ColumnTopValues.Of(session, columns);
        var profiles = columns.Select((column, i) => figures.Profile(column, i, histograms[i], topValues[i])).ToArray();
        return ([.. columns.Select((c, i) => new Column(c.Name, c.Type, profiles[i].Nulls > 0))], new Profile(figures.RowCount, profiles));
    }

    /// <summary>Reads every row once for its faults and gives their number.</summary>
    private static long ScanCsv(IReadOnlyList<(string Name, string Path)> files, Action<double, string?> progress, CancellationToken ct)
    {
        long count = 0;
        string[]? header = null;
        var total = Math.Max(1, files.Sum(f => new FileInfo(f.Path).Length));
        foreach (var (name, path) in files)
        {
            using var stream = File.OpenRead(path);
            using var rows = CsvRows.Open(name, stream);
            header ??= rows.Header;
            if (!header.SequenceEqual(rows.Header)) throw new BadInputException($"{name}: its columns are not those of {files[0].Name}.");
            while (rows.Read())
                if (++count % 65_536 == 0)
                {
                    ct.ThrowIfCancellationRequested();
                    progress(0.3 * stream.Position / total, null);
                }
        }
        progress(0.3, null);
        return count;
    }

    private static string Format(IReadOnlyList<(string Name, string Path)> files)
    {
        var formats = files.Select(f => Path.GetExtension(f.Name).ToLowerInvariant() switch
        {
            ".csv" => "csv",
            ".parquet" => "parquet",
            ".jsonl" or ".ndjson" => "json",
            _ => throw new BadInputException($"{f.Name}: only .csv, .parquet, .jsonl and .ndjson files can be profiled."),
        }).Distinct().ToArray();
        return formats is [var one] ? one : throw new BadInputException("The files of one data version must be of one kind.");
    }

    /// <summary>The engine's first line, with the names people know instead of places on our disk.</summary>
    private static string Shown(string message, IReadOnlyList<(string Name, string Path)> files)
    {
        var line = message.Split('\n')[0];
        foreach (var (name, path) in files) line = line.Replace(path, name, StringComparison.Ordinal);
        return line.Length > 500 ? line[..500] : line;
    }
}
