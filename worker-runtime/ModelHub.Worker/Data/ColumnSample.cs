using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>A few whole rows of the data, drawn at random, the same ones each time; columns of long texts, or of texts that the database does not take, are left out.</summary>
internal static class ColumnSample
{
    private const int MostCells = 20_000;
    private const int MostText = 199;

    /// <param name="most">Rows; 0 keeps none.</param>
    public static RowSample? Of(DuckDbSession session, DataTable table, IReadOnlyList<ProfiledColumn> columns, long rowCount, int most)
    {
        var taken = columns.Where(c => c.Type != "other").Take(MostCells).ToList();
        var wanted = (int)Math.Min(rowCount, Math.Min(most, taken.Count == 0 ? 0 : MostCells / taken.Count));
        if (wanted == 0) return null;
        var list = string.Join(", ", taken.Select(c => DuckDbSession.Identifier(c.Name)));
        var rows = session.Rows(table.RowNumber.StartsWith("NULL", StringComparison.Ordinal)
            ? $"SELECT {list} FROM {table.Name} USING SAMPLE reservoir({wanted} ROWS) REPEATABLE (1)"
            : $"SELECT {list} FROM {table.Numbered} WHERE {table.RowNumber} IN ({string.Join(", ", Numbers(rowCount, wanted))})");
        var kept = Enumerable.Range(0, taken.Count).Where(i => rows.All(row => row[i] is not { } text || (text.Length <= MostText && !text.Contains('\0')))).ToList();
        return kept.Count == 0 || rows.Count == 0 ? null : new([.. kept.Select(i => taken[i].Name)], [.. rows.Select(row => (IReadOnlyList<string?>)[.. kept.Select(i => row[i])])]);
    }

    private static IEnumerable<string> Numbers(long rowCount, int wanted)
    {
        var (random, numbers) = (new Random(1), new SortedSet<long>());
        while (numbers.Count < wanted) numbers.Add(random.NextInt64(rowCount) + 1);
        return numbers.Select(n => n.ToString(CultureInfo.InvariantCulture));
    }
}
