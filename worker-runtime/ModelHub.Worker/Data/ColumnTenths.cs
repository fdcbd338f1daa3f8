using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Domain.Monitoring;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>
/// The values of every column of numbers between its tenths. Where values repeat, tenths fall together and bins hold more than one of them, so they are
/// counted and not taken for granted.
/// </summary>
internal static class ColumnTenths
{
    private const int AtOnce = 200;

    public static IReadOnlyList<IReadOnlyList<Bin>> Of(DuckDbSession session, IReadOnlyList<ProfiledColumn> columns, ColumnFigures figures, CancellationToken ct)
    {
        var tenths = columns.Select((column, i) => column.IsNumeric ? Empty(figures, i) : []).ToArray();
        foreach (var some in Enumerable.Range(0, columns.Count).Where(i => tenths[i].Length > 0).Chunk(AtOnce))
        {
            ct.ThrowIfCancellationRequested();
            var counts = session.Rows($"SELECT {string.Join(",\n", some.Select((i, n) => $"{CountsOf(columns[i].Value, tenths[i])} AS t{n}"))} FROM data")[0];
            foreach (var (i, text) in some.Zip(counts)) Fill(tenths[i], text!);
        }
        return tenths;
    }

    private static Bin[] Empty(ColumnFigures figures, int column)
    {
        if (figures.Min(column) is not { } from || figures.Max(column) is not { } to) return [];
        var edges = NumberBins.Of(from, to, figures.TenthsOf(column)).Edges;
        return [.. edges.Skip(1).Select((edge, i) => new Bin(edges[i], edge, 0))];
    }

    /// <summary>SQL for the counts by bound. The engine counts up to a bound and with it, we up to the next smaller number; the last bound is the largest value.</summary>
    private static string CountsOf(string value, Bin[] bins)
    {
        // As texts: digits are decimals to the engine, which rounds them on their way to a double.
        var bounds = bins.Select((bin, i) => string.Create(CultureInfo.InvariantCulture, $"'{(i < bins.Length - 1 ? Math.BitDecrement(bin.To) : bin.To):R}'::DOUBLE"));
        return $"array_to_string(map_values(histogram(({value})::DOUBLE, [{string.Join(", ", bounds)}])), ' ')";
    }

    private static void Fill(Bin[] bins, string counts)
    {
        var parts = counts.Split(' ');
        for (var i = 0; i < bins.Length; i++) bins[i] = bins[i] with { Count = long.Parse(parts[i], CultureInfo.InvariantCulture) };
    }
}
