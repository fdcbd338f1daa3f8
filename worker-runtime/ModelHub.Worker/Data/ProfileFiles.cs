using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Data;

/// <summary>
/// The profile of a data version, and how it keeps to what is expected of it: one load or view over all its files, then each
/// column read once for its figures, once for its histogram, once for its tenths and once for its top values. CSV is first read by our strict
/// reader: DuckDB repairs and guesses.
/// </summary>
internal static class ProfileFiles
{
    /// <param name="files">Name shown in messages, path on disk; all of one kind, told by the name.</param>
    /// <param name="rules">What the data are judged by.</param>
    /// <param name="sampleRows">Whole rows to keep.</param>
    /// <exception cref="BadInputException">The files cannot be read as tables of the same columns.</exception>
    public static MeasuredData Run(
        IReadOnlyList<(string Name, string Path)> files, string scratch, IReadOnlyList<Expectation> rules, Action<double, string?> progress, CancellationToken ct, int sampleRows = 0)
    {
        var rows = Format(files) == "csv" ? ScanCsv(files, progress, ct) : (long?)null;
        using var session = new DuckDbSession(files.Select(f => f.Path), scratch);
        using var stop = ct.Register(session.Interrupt);
        try
        {
            SameColumns.Check(session, Format(files), files);
            return Measure(session, files, rows, rules, progress, sampleRows, ct);
        }
        catch (DuckDbException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new BadInputException(Shown(e.Message, files), e);
        }
    }

    private static MeasuredData Measure(
        DuckDbSession session, IReadOnlyList<(string Name, string Path)> files, long? expected, IReadOnlyList<Expectation> rules, Action<double, string?> progress, int sampleRows, CancellationToken ct)
    {
        var table = LoadTable.Run(session, Format(files), [.. files.Select(f => f.Path)]);
        progress(0.4, null);
        var columns = ProfiledColumn.Of(session);
        if (columns.Count > DataLimits.Columns) throw new BadInputException($"The data has {columns.Count} columns, the limit is {DataLimits.Columns}.");
        var figures = ColumnFigures.Of(session, columns, share => progress(0.4 + 0.3 * share, null), ct);
        if (expected is { } counted && counted != figures.RowCount)
            throw new BadInputException($"The files hold {counted} rows to a strict reader and {figures.RowCount} to DuckDB; check quotes and blank lines.");
        progress(0.7, $"{figures.RowCount} rows, {columns.Count} columns");
        var histograms = ColumnHistograms.Of(session, columns, figures, share => progress(0.7 + 0.1 * share, null), ct);
        var tenths = ColumnTenths.Of(session, columns, figures, ct);
        var topValues = ColumnTopValues.Of(session, columns, figures, share => progress(0.8 + 0.1 * share, null), ct);
        var profiles = columns.Select((column, i) => figures.Profile(column, i, histograms[i], topValues[i], tenths[i])).ToArray();
        ct.ThrowIfCancellationRequested();
        var outcomes = new JudgeExpectations(session, table, columns, figures.RowCount).Of(rules);
        return new([.. columns.Select((c, i) => new Column(c.Name, c.Type, profiles[i].Nulls > 0))], new Profile(figures.RowCount, profiles, !figures.AreExact, ColumnSample.Of(session, table, columns, figures.RowCount, sampleRows)), outcomes);
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
            SameColumns.CheckHeader(name, rows.Header, files[0].Name, header);
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

    public static string Format(IReadOnlyList<(string Name, string Path)> files)
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
    public static string Shown(string message, IReadOnlyList<(string Name, string Path)> files)
    {
        var line = message.Split('\n')[0];
        foreach (var (name, path) in files) line = line.Replace(path, name, StringComparison.Ordinal);
        return line.Length > 500 ? line[..500] : line;
    }
}

/// <summary>What the files of a data version hold.</summary>
internal sealed record MeasuredData(IReadOnlyList<Column> Schema, Profile Profile, IReadOnlyList<ExpectationOutcome> Outcomes);
