using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>
/// Counts, extremes, moments and quantiles of every column, from one pass. Std is the sample standard deviation
/// (divisor n - 1); quantiles interpolate linearly between order statistics (Hyndman, Fan 1996, type 7). Distinct
/// counts are exact up to <see cref="ExactRows"/> rows, approximate (HyperLogLog) beyond.
/// </summary>
internal sealed class ColumnFigures
{
    public const long ExactRows = 2_000_000;
    private static readonly double[] Probabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

    private readonly string?[] values;

    private ColumnFigures(long rows, string?[] values) => (RowCount, this.values) = (rows, values);

    public long RowCount { get; }

    public static ColumnFigures Of(DuckDbSession session, IReadOnlyList<ProfiledColumn> columns)
    {
        var rows = long.Parse(session.Rows("SELECT count(*) FROM data")[0][0]!, CultureInfo.InvariantCulture);
        var distinct = rows <= ExactRows ? "count(DISTINCT {0})" : "approx_count_distinct({0})";
        var expressions = columns.SelectMany(c => new[]
        {
            $"count({c.Value})",
            string.Format(CultureInfo.InvariantCulture, distinct, c.Value),
            c.IsOrdered ? $"min({c.Value})" : "NULL",
            c.IsOrdered ? $"max({c.Value})" : "NULL",
            c.IsNumeric ? $"avg({c.Value})" : "NULL",
            c.IsNumeric ? $"stddev_samp({c.Value}::DOUBLE)" : "NULL",
            c.IsNumeric ? $"array_to_string(quantile_cont({c.Value}::DOUBLE, [{string.Join(", ", Probabilities.Select(Invariant))}]), ' ')" : "NULL",
        });
        return new(rows, session.Rows($"SELECT {string.Join(",\n", expressions.Select((e, i) => $"{e} AS f{i}"))} FROM data")[0]);
    }

    public double? Min(int column) => Number(Field(column, 2));

    public double? Max(int column) => Number(Field(column, 3));

    public ColumnProfile Profile(ProfiledColumn column, int at, IReadOnlyList<Bin> histogram, IReadOnlyList<TopValue> topValues)
    {
        var count = long.Parse(Field(at, 0)!, CultureInfo.InvariantCulture);
        return new(column.Name, column.Type, count, RowCount - count, long.Parse(Field(at, 1)!, CultureInfo.InvariantCulture),
            Field(at, 2), Field(at, 3), Number(Field(at, 4)), Number(Field(at, 5)), Quantiles(Field(at, 6)), histogram, topValues);
    }

    private static IReadOnlyList<Quantile> Quantiles(string? texts) =>
        string.IsNullOrEmpty(texts) ? [] : [.. texts.Split(' ').Zip(Probabilities, (text, p) => new Quantile(p, Number(text)!.Value))];

    private string? Field(int column, int figure) => values[column * 7 + figure];

    private static double? Number(string? text) =>
        text is not null && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);
}
