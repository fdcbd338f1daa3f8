using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>A few rows that break a rule: its own columns first, then some beside them, by which people find the row.</summary>
internal sealed class BreachExamples(DuckDbSession session, DataTable table, IReadOnlyList<ProfiledColumn> columns)
{
    private const int MostCells = 12;
    private const int MostText = 200;

    public IReadOnlyList<ExampleRow> OfRows(IReadOnlyList<string> first, string broken)
    {
        var shown = columns.OrderBy(column => first.Contains(column.Name) ? 0 : 1).Take(MostCells).ToList();
        return [.. session.Rows($"SELECT {table.RowNumber} AS r, 1 AS n, {Texts(shown, column => DuckDbSession.Identifier(column.Name))} FROM {table.Numbered} WHERE {broken} LIMIT {ExpectationOutcome.MostExamples}")
            .Select(row => Row(row, shown))];
    }

    /// <summary>The most frequent values of a key, each with its first row.</summary>
    public IReadOnlyList<ExampleRow> OfKey(IReadOnlyList<ProfiledColumn> key)
    {
        var repeated = new ExpectationTest.OfKey(key).Repeated(table.Numbered, $", min({table.RowNumber}) AS r, {string.Join(", ", key.Select((column, i) => $"({column.Value}) AS k{i}"))}");
        var values = string.Join(", ", key.Select((_, i) => $"k{i}"));
        return [.. session.Rows($"SELECT r, n, {string.Join(", ", key.Select((_, i) => $"left(k{i}::VARCHAR, {MostText}) AS t{i}"))} FROM ({repeated}) ORDER BY n DESC, {values} LIMIT {ExpectationOutcome.MostExamples}")
            .Select(row => Row(row, key))];
    }

    private static string Texts(IReadOnlyList<ProfiledColumn> shown, Func<ProfiledColumn, string> value) =>
        string.Join(", ", shown.Select((column, i) => $"left({value(column)}::VARCHAR, {MostText}) AS t{i}"));

    private static ExampleRow Row(string?[] row, IReadOnlyList<ProfiledColumn> shown) => new(
        row[0] is { } number ? long.Parse(number, CultureInfo.InvariantCulture) : null,
        long.Parse(row[1]!, CultureInfo.InvariantCulture),
        [.. shown.Select((column, i) => new ExampleCell(column.Name, row[i + 2]))]);
}
