using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Tabular;

/// <summary>One raw column as the model sees it.</summary>
internal abstract record Feature(string Column);

/// <summary>Standardised to (x - Mean) / Scale; a missing value counts as the mean, so it becomes 0.</summary>
internal sealed record NumericFeature(string Column, double Mean, double Scale) : Feature(Column);

/// <summary>One-hot over Categories; a missing or unknown text is all zeros.</summary>
internal sealed record CategoricalFeature(string Column, IReadOnlyList<string> Categories) : Feature(Column);

/// <summary>
/// The map from raw columns to model inputs: first every numeric feature, then every category of every categorical one.
/// </summary>
internal sealed class FeatureSpace
{
    /// <summary>Categories of one column; more are an identifier, not a category.</summary>
    public const int CategoryLimit = 500;

    /// <summary>Model inputs of all columns together (the normal equations are this number squared).</summary>
    public const int WidthLimit = 2_000;

    private FeatureSpace(IReadOnlyList<NumericFeature> numeric, IReadOnlyList<CategoricalFeature> categorical)
    {
        (Numeric, Categorical) = (numeric, categorical);
        Names = [.. numeric.Select(f => f.Column), .. categorical.SelectMany(f => f.Categories.Select(c => $"{f.Column}={c}"))];
    }

    public IReadOnlyList<NumericFeature> Numeric { get; }

    public IReadOnlyList<CategoricalFeature> Categorical { get; }

    /// <summary>The name of each model input: the column, or column=category.</summary>
    public IReadOnlyList<string> Names { get; }

    public int Width => Names.Count;

    /// <summary>Learns means, scales (population standard deviation) and categories from the given rows.</summary>
    public static FeatureSpace Fit(Table table, IReadOnlyList<string> columns, ReadOnlySpan<int> rows)
    {
        var numeric = new List<NumericFeature>();
        var categorical = new List<CategoricalFeature>();
        foreach (var name in columns)
        {
            var column = table[name];
            if (column.IsNumeric) numeric.Add(Standardise(column, rows));
            else categorical.Add(Categorise(column, rows));
        }
        var space = new FeatureSpace(numeric, categorical);
        return space.Width <= WidthLimit ? space : throw new BadInputException(
            $"The features make {space.Width} model inputs, the limit is {WidthLimit}; exclude columns of many categories.");
    }

    public Design Encode(Table table, ReadOnlySpan<int> rows)
    {
        var design = new Design(rows.Length, Numeric.Count, Categorical.Count, Width);
        for (var i = 0; i < Numeric.Count; i++)
        {
            var (column, feature) = (table[Numeric[i].Column], Numeric[i]);
            for (var r = 0; r < rows.Length; r++)
            {
                var x = column.Number(rows[r]);
                design.SetDense(r, i, float.IsNaN(x) ? 0 : (x - feature.Mean) / feature.Scale);
            }
        }
        var first = Numeric.Count;
        for (var i = 0; i < Categorical.Count; i++)
        {
            var column = table[Categorical[i].Column];
            var index = Categorical[i].Categories.Select((c, at) => (c, at: first + at)).ToDictionary(p => p.c, p => p.at);
            for (var r = 0; r < rows.Length; r++) design.SetActive(r, i, index.GetValueOrDefault(column.Text(rows[r]), -1));
            first += index.Count;
        }
        return design;
    }

    private static NumericFeature Standardise(Column column, ReadOnlySpan<int> rows)
    {
        // Welford's update: one pass, no cancellation for large means (Knuth, TAOCP 2, 4.2.2).
        double count = 0, mean = 0, squares = 0;
        foreach (var row in rows)
        {
            var x = column.Number(row);
            if (float.IsNaN(x)) continue;
            count++;
            var step = x - mean;
            mean += step / count;
            squares += step * (x - mean);
        }
        var deviation = count > 0 ? Math.Sqrt(squares / count) : 0;
        return new(column.Name, mean, deviation > 0 ? deviation : 1);
    }

    private static CategoricalFeature Categorise(Column column, ReadOnlySpan<int> rows)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
            if (column.Text(row).Length > 0) seen.Add(column.Text(row));
        return seen.Count <= CategoryLimit ? new(column.Name, [.. seen]) : throw new BadInputException(
            $"Column \"{column.Name}\" has {seen.Count} categories, the limit is {CategoryLimit}; put it under \"exclude\" when it is an identifier.");
    }
}
