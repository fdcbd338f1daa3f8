using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>
/// The most frequent values of every column with their exact counts, as text, of equal counts the smaller text first. Where
/// both rows and distinct values are many, which values those are is an estimate (filtered space-saving, Homem and Carvalho 2010).
/// </summary>
internal static class ColumnTopValues
{
    private const int Values = 10;
    private const int Length = 200;
    private const int MostColumns = 100;
    private const long CountedValues = 100_000;

    /// <param name="progress">Told the share of the columns that are done.</param>
    public static IReadOnlyList<IReadOnlyList<TopValue>> Of(
        DuckDbSession session, IReadOnlyList<ProfiledColumn> columns, ColumnFigures figures, Action<double> progress, CancellationToken ct)
    {
        var top = columns.Select(_ => new List<TopValue>()).ToArray();
        var done = 0;
        foreach (var some in Enumerable.Range(0, columns.Count).Chunk(figures.AreExact ? MostColumns : 1))
        {
            ct.ThrowIfCancellationRequested();
            var parts = some.Select(i => figures.AreExact || figures.Distinct(i) <= CountedValues ? Counted(i, columns[i]) : Likely(session, i, columns[i])).OfType<string>().ToList();
            if (parts.Count > 0)
                foreach (var row in session.Rows(string.Join(" UNION ALL ", parts)))
                    top[int.Parse(row[0]!, CultureInfo.InvariantCulture)].Add(new(row[1]!, long.Parse(row[2]!, CultureInfo.InvariantCulture)));
            progress((double)(done += some.Length) / columns.Count);
        }
        foreach (var values in top) values.Sort((a, b) => b.Count != a.Count ? b.Count.CompareTo(a.Count) : string.CompareOrdinal(a.Value, b.Value));
        return top;
    }

    /// <summary>Values are counted as they are and written as text afterwards: of ten million numbers the writing takes longer than the counting.</summary>
    private static string Counted(int column, ProfiledColumn of) =>
        $"(SELECT {column} AS c, v::VARCHAR AS v, n FROM (SELECT v, count(*) AS n FROM ({All(of)}) GROUP BY v ORDER BY n DESC, v::VARCHAR LIMIT {Values}))";

    /// <summary>Which values are likely the most frequent is one pass; how often they are there, which is exact, another. Null when there are none.</summary>
    private static string? Likely(DuckDbSession session, int column, ProfiledColumn of)
    {
        var likely = session.Rows($"SELECT unnest(approx_top_k(v, {Values})) FROM ({All(of)})");
        var type = IsShort(of) ? of.EngineType : "VARCHAR";
        return likely.Count == 0 ? null
            : $"(SELECT {column} AS c, v::VARCHAR AS v, count(*) AS n FROM ({All(of)}) WHERE v IN ({string.Join(", ", likely.Select(row => $"{DuckDbSession.Quote(row[0]!)}::{type}"))}) GROUP BY ALL)";
    }

    // By itself, so that a column of the data that is called v is not taken for it.
    private static string All(ProfiledColumn column) => $"SELECT {Compared(column)} AS v FROM data WHERE ({column.Value}) IS NOT NULL";

    private static string Compared(ProfiledColumn column) => IsShort(column) ? $"({column.Value})" : $"left(({column.Value})::VARCHAR, {Length})";

    private static bool IsShort(ProfiledColumn column) => column.Type is not ("text" or "other");
}
