namespace ModelHub.Domain.Predictions.Quality;

/// <summary>The figures of a regression, in the units of the label.</summary>
internal static class NumberFigures
{
    /// <param name="rows">At least one, all of them numbers.</param>
    public static QualityReport Of(IReadOnlyList<(double? Predicted, double? Label)> rows, QualityReport report)
    {
        var squares = Sums.Of(rows.Select(r => Square(r.Predicted!.Value - r.Label!.Value)));
        var mean = Sums.Mean(rows.Select(r => r.Label!.Value));
        var total = Sums.Of(rows.Select(r => Square(r.Label!.Value - mean)));
        return report with
        {
            Mae = Sums.Mean(rows.Select(r => Math.Abs(r.Predicted!.Value - r.Label!.Value))),
            Rmse = Math.Sqrt(squares / rows.Count),
            // 1 − residual / total sum of squares: the coefficient of determination; of labels that are all the same there is none.
            R2 = total > 0 ? 1 - squares / total : null,
        };
    }

    private static double Square(double value) => value * value;
}
