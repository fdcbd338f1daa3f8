using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>Twenty bins of equal width from the smallest to the largest value of every numeric column; exact counts always.</summary>
internal static class ColumnHistograms
{
    private const int Bins = 20;
    private const int MostColumns = 100;

    /// <param name="progress">Told the share of the columns that are done.</param>
    public static IReadOnlyList<IReadOnlyList<Bin>> Of(
        DuckDbSession session, IReadOnlyList<ProfiledColumn> columns, ColumnFigures figures, Action<double> progress, CancellationToken ct)
    {
        var histograms = columns.Select((column, i) => column.IsNumeric ? Empty(figures.Min(i), figures.Max(i)) : []).ToArray();
        var numeric = Enumerable.Range(0, columns.Count).Where(i => histograms[i].Length > 0).ToArray();
        var done = 0;
        // A statement for each few columns reads no more than one for all, and the engine counts small whole numbers fastest alone.
        foreach (var some in numeric.Chunk(figures.AreExact ? MostColumns : 1))
        {
            ct.ThrowIfCancellationRequested();
            foreach (var row in session.Rows(string.Join(" UNION ALL ", some.Select(i => Counts(i, columns[i].Value, histograms[i])))))
            {
                var bins = histograms[int.Parse(row[0]!, CultureInfo.InvariantCulture)];
                var at = int.Parse(row[1]!, CultureInfo.InvariantCulture);
                bins[at] = bins[at] with { Count = long.Parse(row[2]!, CultureInfo.InvariantCulture) };
            }
            progress((double)(done += some.Length) / numeric.Length);
        }
        return histograms;
    }

    private static Bin[] Empty(double? min, double? max)
    {
        if (min is not { } from || max is not { } to) return [];
        if (from == to || !double.IsFinite(to - from)) return [new(from, to, 0)];
        var width = (to - from) / Bins;
        return [.. Enumerable.Range(0, Bins).Select(i => new Bin(from + i * width, i == Bins - 1 ? to : from + (i + 1) * width, 0))];
    }

    private static string Counts(int column, string value, Bin[] bins) =>
        $"(SELECT {column} AS c, bin, count(*) AS n FROM (SELECT {BinOf(value, bins)} AS bin FROM data) WHERE bin IS NOT NULL GROUP BY bin)";

    /// <summary>
    /// SQL for the bin's number; the largest value falls into the last bin, not one beyond it. Numbers stand as texts: the engine takes digits for a decimal
    /// and rounds it on its way to a double, which put the smallest value below the first bin.
    /// </summary>
    private static string BinOf(string value, Bin[] bins)
    {
        var (from, width) = (bins[0].From, bins[^1].To - bins[0].From);
        var bin = bins.Length == 1 ? "0" : string.Create(CultureInfo.InvariantCulture,
            $"greatest(0, least({Bins - 1}, floor((({value})::DOUBLE - '{from:R}'::DOUBLE) / '{width:R}'::DOUBLE * {Bins})))");
        return $"CASE WHEN ({value}) IS NOT NULL THEN {bin}::UTINYINT END";
    }
}
