namespace ModelHub.Domain.Explanations;

/// <summary>How much worse a version becomes without what a column tells.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Drop">The mean over the repeats of how much worse the metric became; positive is worse, whichever way the metric goes.</param>
/// <param name="StandardError">Of that mean; null with one repeat.</param>
/// <param name="Rank">1 for the column that matters most.</param>
/// <param name="Drops">Of each repeat, in order.</param>
public sealed record ColumnImportance(string Column, double Drop, double? StandardError, int Rank, IReadOnlyList<double> Drops);

/// <summary>The permutation importance of all columns of a version.</summary>
/// <param name="Metric">What was measured.</param>
/// <param name="Baseline">Its value with every column as it is.</param>
/// <param name="Rows">Rows that it was measured on.</param>
/// <param name="RowsWithLabel">Rows of the data that have a label; more than <paramref name="Rows"/> when a sample was drawn.</param>
/// <param name="Columns">The one that matters most first.</param>
public sealed record ImportanceResult(ImportanceMetric Metric, double Baseline, int Rows, long RowsWithLabel, IReadOnlyList<ColumnImportance> Columns)
{
    /// <summary>
    /// Permutation importance (Breiman, Random Forests, Machine Learning 45, 2001; Fisher, Rudin and Dominici, All Models are Wrong, but Many
    /// are Useful, JMLR 20, 2019, as a difference of losses): the loss with the values of one column dealt to other rows, less the loss as
    /// it is, averaged over independent deals. The standard error is that of the mean over the deals: s / √repeats. It tells how far the figure depends on
    /// the deals, not on the rows. Accuracy 0.9, permuted 0.7 and 0.8 → a drop of 0.15 with standard error 0.05.
    /// </summary>
    /// <param name="permuted">By column: the metric after each deal.</param>
    public static ImportanceResult Of(ImportanceMetric metric, double baseline, int rows, long rowsWithLabel, IReadOnlyList<(string Column, IReadOnlyList<double> Values)> permuted)
    {
        var sign = metric.IsLoss() ? 1 : -1;
        var drops = permuted.Select(p => (p.Column, Drops: (double[])[.. p.Values.Select(value => sign * (value - baseline))])).Select(p => (p.Column, p.Drops, Mean: p.Drops.Average()));
        // Columns that matter equally stand by name, so that the same figures give the same ranks.
        var ranked = drops.OrderByDescending(p => p.Mean).ThenBy(p => p.Column, StringComparer.Ordinal);
        return new(metric, baseline, rows, rowsWithLabel, [.. ranked.Select((p, i) => new ColumnImportance(p.Column, p.Mean, StandardError(p.Drops, p.Mean), i + 1, p.Drops))]);
    }

    private static double? StandardError(double[] drops, double mean) =>
        drops.Length < 2 ? null : Math.Sqrt(drops.Sum(d => (d - mean) * (d - mean)) / (drops.Length - 1) / drops.Length);
}
