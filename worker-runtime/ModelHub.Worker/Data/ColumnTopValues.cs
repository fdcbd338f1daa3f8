using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>The most frequent values of every column, as text, of equal counts the smaller text first.</summary>
internal static class ColumnTopValues
{
    private const int Values = 10;
    private const int Length = 200;

    public static IReadOnlyList<IReadOnlyList<TopValue>> Of(DuckDbSession session, IReadOnlyList<ProfiledColumn> columns)
    {
        var top = columns.Select(_ => new List<TopValue>()).ToArray();
        var parts = columns.Select((c, i) =>
            $"(SELECT {i} AS c, left(({c.Value})::VARCHAR, {Length}) AS v, count(*) AS n FROM data WHERE ({c.Value}) IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT {Values})");
        foreach (var chunk in parts.Chunk(100))
            foreach (var row in session.Rows(string.Join(" UNION ALL ", chunk)))
                top[int.Parse(row[0]!, CultureInfo.InvariantCulture)].Add(new(row[1]!, long.Parse(row[2]!, CultureInfo.InvariantCulture)));
        foreach (var values in top) values.Sort((a, b) => b.Count != a.Count ? b.Count.CompareTo(a.Count) : string.CompareOrdinal(a.Value, b.Value));
        return top;
    }
}
