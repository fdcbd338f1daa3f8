namespace ModelHub.Domain.Monitoring;

/// <summary>
/// Corrects p-values for how many tests there were (Holm, Scandinavian Journal of Statistics 6, 1979): with the corrected ones, the chance that a window
/// without drift shows any at all is the level, however the columns depend on one another. Benjamini and Hochberg's way keeps the share of false alarms
/// among all alarms instead, which is worth it where hundreds are looked through; here one alarm may start a retraining.
/// 0.01, 0.04, 0.03 → 0.03, 0.06, 0.06.
/// </summary>
public static class Holm
{
    /// <returns>In the order given: the i-th smallest of n times (n − i), no less than those before it and at most 1.</returns>
    public static IReadOnlyList<double> Correct(IReadOnlyList<double> pValues)
    {
        var corrected = new double[pValues.Count];
        var (largest, rank) = (0.0, 0);
        foreach (var i in Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i]))
        {
            largest = Math.Max(largest, Math.Min(1, pValues[i] * (pValues.Count - rank++)));
            corrected[i] = largest;
        }
        return corrected;
    }
}
