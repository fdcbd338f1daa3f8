using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>
/// Counts, extremes, moments and quantiles of every column. Each column is read once, as many of them by one statement as fit
/// into memory. Std is the sample standard deviation (divisor n - 1); quantiles interpolate linearly between order statistics
/// (Hyndman, Fan 1996, type 7). Distinct counts and quantiles are exact up to <see cref="ExactRows"/> rows and estimates beyond:
/// HyperLogLog, and the t-digest of Dunning and Ertl (2019).
/// </summary>
internal sealed class ColumnFigures
{
    public const long ExactRows = 2_000_000;

    /// <summary>Values that one statement holds at once: 320 MB of them as numbers.</summary>
    private const long MostValues = 40_000_000;
    private const int MostColumns = 200;
    private const int FiguresEach = 7;
    private static readonly double[] Probabilities = [0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99];
    private static readonly double[] Shown = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
    private static readonly double[] Tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    private readonly IReadOnlyList<string?[]> values;

    private ColumnFigures(long rows, IReadOnlyList<string?[]> values) => (RowCount, this.values) = (rows, values);

    public long RowCount { get; }

    public bool AreExact => RowCount <= ExactRows;

    /// <param name="progress">Told the share of the columns that are done.</param>
    public static ColumnFigures Of(DuckDbSession session, IReadOnlyList<ProfiledColumn> columns, Action<double> progress, CancellationToken ct)
    {
        var rows = long.Parse(session.Rows("SELECT count(*) FROM data")[0][0]!, CultureInfo.InvariantCulture);
        var values = new List<string?[]>();
        foreach (var some in columns.Chunk((int)Math.Clamp(MostValues / Math.Max(1, rows), 1, MostColumns)))
        {
            ct.ThrowIfCancellationRequested();
            var expressions = some.SelectMany(column => Expressions(column, rows <= ExactRows));
            values.AddRange(session.Rows($"SELECT {string.Join(",\n", expressions.Select((e, i) => $"{e} AS f{i}"))} FROM data")[0].Chunk(FiguresEach));
            progress((double)values.Count / columns.Count);
        }
        return new(rows, values);
    }

    public double? Min(int column) => Number(values[column][2]);

    public double? Max(int column) => Number(values[column][3]);

    public long Distinct(int column) => long.Parse(values[column][1]!, CultureInfo.InvariantCulture);

    /// <summary>Where tenths of the values end; empty for a column without numbers.</summary>
    public IReadOnlyList<double> TenthsOf(int column) => [.. Quantiles(values[column][6]).Where(q => Tenths.Contains(q.P)).Select(q => q.Value)];

    public ColumnProfile Profile(ProfiledColumn column, int at, IReadOnlyList<Bin> histogram, IReadOnlyList<TopValue> topValues, IReadOnlyList<Bin> tenths)
    {
        var figures = values[at];
        var count = long.Parse(figures[0]!, CultureInfo.InvariantCulture);
        return new(column.Name, column.Type, count, RowCount - count, Distinct(at),
            figures[2], figures[3], Number(figures[4]), Number(figures[5]), [.. Quantiles(figures[6]).Where(q => Shown.Contains(q.P))],
            histogram, topValues, tenths);
    }

    private static string[] Expressions(ProfiledColumn column, bool exact)
    {
        var (value, quantile) = (column.Value, exact ? "quantile_cont" : "approx_quantile");
        return
        [
            $"count({value})",
            exact ? $"count(DISTINCT {value})" : $"approx_count_distinct({value})",
            column.IsOrdered ? $"min({value})" : "NULL",
            column.IsOrdered ? $"max({value})" : "NULL",
            column.IsNumeric ? $"avg({value})" : "NULL",
            column.IsNumeric ? $"stddev_samp({value}::DOUBLE)" : "NULL",
            column.IsNumeric ? $"array_to_string({quantile}({value}::DOUBLE, [{string.Join(", ", Probabilities.Select(Invariant))}]), ' ')" : "NULL",
        ];
    }

    private static IReadOnlyList<Quantile> Quantiles(string? texts) =>
        string.IsNullOrEmpty(texts) ? [] : [.. texts.Split(' ').Zip(Probabilities, (text, p) => new Quantile(p, Number(text)!.Value))];

    private static double? Number(string? text) =>
        text is not null && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);
}
