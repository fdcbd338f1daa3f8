using System.Globalization;
using ModelHub.Worker.Data;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Explanations;

/// <summary>Some of the rows of a data version that have a label, as one CSV file.</summary>
/// <param name="Path">The file, with a line of names.</param>
/// <param name="WithLabel">Rows of the data that have one.</param>
internal sealed record DrawnRows(string Path, long WithLabel);

internal static class DrawRows
{
    /// <summary>
    /// All rows with a label when there are no more than wanted, else those with the smallest hashes of row number and seed: a sample
    /// without replacement that is the same each time, in one pass with bounded memory.
    /// </summary>
    /// <exception cref="BadInputException">The files cannot be read, or hold no such column.</exception>
    public static DrawnRows Run(
        IReadOnlyList<(string Name, string Path)> files, IReadOnlyList<string> columns, string target, int most, int seed, string scratch, CancellationToken ct)
    {
        var to = Path.Combine(scratch, "drawn.csv");
        using var session = new DuckDbSession([.. files.Select(f => f.Path), to], scratch);
        using var stop = ct.Register(session.Interrupt);
        try
        {
            var (list, label) = (string.Join(", ", columns.Append(target).Select(DuckDbSession.Identifier)), DuckDbSession.Identifier(target));
            session.Execute($"CREATE TABLE data AS SELECT {list} FROM {Source(files)} WHERE {label} IS NOT NULL AND {label}::VARCHAR NOT IN ('', 'NaN', 'nan')");
            var count = long.Parse(session.Rows("SELECT count(*) FROM data")[0][0]!, CultureInfo.InvariantCulture);
            session.Execute(string.Create(CultureInfo.InvariantCulture,
                $"COPY (SELECT {list} FROM data ORDER BY hash(rowid, {seed}), rowid LIMIT {most}) TO {DuckDbSession.Quote(to)} (FORMAT csv, HEADER)"));
            return new(to, count);
        }
        catch (DuckDbException e)
        {
            ct.ThrowIfCancellationRequested();
            throw new BadInputException(ProfileFiles.Shown(e.Message, files), e);
        }
    }

    /// <summary>The values of CSV files stay the texts they are: 007 is no 7.</summary>
    private static string Source(IReadOnlyList<(string Name, string Path)> files)
    {
        var list = $"[{string.Join(", ", files.Select(f => DuckDbSession.Quote(f.Path)))}]";
        return ProfileFiles.Format(files) switch
        {
            "csv" => $"read_csv({list}, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', comment = '', skip = 0, strict_mode = true, max_line_size = 16000000)",
            "json" => LoadTable.Json(list),
            _ => $"read_parquet({list})",
        };
    }
}
