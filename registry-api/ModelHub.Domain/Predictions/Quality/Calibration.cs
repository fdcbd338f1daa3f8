namespace ModelHub.Domain.Predictions.Quality;

/// <summary>
/// The expected calibration error: how far confidence and truth lie apart, over ten bins of equal width of the probability of the class
/// that was predicted, weighted by the rows in each (Guo et al., On Calibration of Modern Neural Networks, ICML 2017).
/// 100 rows with 0.9, of which 80 were right → 0.1.
/// </summary>
internal static class Calibration
{
    public const int Bins = 10;

    /// <param name="rows">At least one.</param>
    public static double Of(IReadOnlyList<(double Confidence, bool IsRight)> rows) => Sums.Of(
        from row in rows
        group row by BinOf(row.Confidence) into bin
        select Math.Abs(bin.Count(r => r.IsRight) - Sums.Of(bin.Select(r => r.Confidence))) / rows.Count);

    /// <summary>The upper end belongs to a bin, as in the paper: 0.9 lies in the ninth of them.</summary>
    private static int BinOf(double confidence) => Math.Clamp((int)Math.Ceiling(confidence * Bins) - 1, 0, Bins - 1);
}
