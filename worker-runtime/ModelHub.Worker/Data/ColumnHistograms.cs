using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>Twenty bins of equal width from the smallest to the largest value of every numeric column.</summary>
internal static class ColumnHistograms
{
    private const int Bins = 20;

    public static IReadOnlyList<IReadOnlyList<Bin>> Of(DuckDbSession session, IReadOnlyList<ProfiledColumn> columns, ColumnFigures figures)
    {
        var histograms = columns.Select((_, i) => Empty(figures.Min(i), figures.Max(i))).ToArray();
        var numeric = Enumerable.Range(0, columns.Count).Where(i => columns[i].IsNumeric && histograms[i].Length > 0).ToArray();
        if (numeric.Length == 0) return histograms;
        var unpivoted = string.Join(", ", numeric.Select(i => $"{BinOf(columns[i].Value, histograms[i])} AS c{i}"));
        foreach (var row in session.Rows($"SELECT name, bin, count(*) FROM (UNPIVOT (SELECT {unpivoted} FROM data) ON COLUMNS(*) INTO NAME name VALUE bin) GROUP BY ALL"))
        {
            var bins = histograms[int.Parse(row[0].AsSpan(1), CultureInfo.InvariantCulture)];
            var at = int.Parse(row[1]!, CultureInfo.InvariantCulture);
            bins[at] = bins[at] with { Count = long.Parse(row[2]!, CultureInfo.InvariantCulture) };
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

    /// <summary>SQL for the bin's number; the largest value falls into the last bin, not one beyond it.</summary>
    private static string BinOf(string value, Bin[] bins)
    {
        var (from, width) = (bins[0].From, bins[^1].To - bins[0].From);
        var bin = bins.Length == 1 ? "0" : string.Create(CultureInfo.InvariantCulture,
            $"least({Bins - 1}, floor((({value})::DOUBLE - ({from:R})::DOUBLE) / ({width:R})::DOUBLE * {Bins}))");
        return $"CASE WHEN ({value}) IS NOT NULL THEN {bin}::INTEGER END";
    }
}
