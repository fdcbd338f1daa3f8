namespace ModelHub.Domain.Monitoring;

/// <summary>
/// The population stability index Σ (qᵢ − pᵢ) · ln(qᵢ / pᵢ) over the shares of bins, p of the baseline and q of the window, which is Jeffreys'
/// divergence (Siddiqi, Credit Risk Scorecards, 2006: below 0.1 no shift, above 0.25 a large one).
/// 50:50 and 90:10: 0.4 · ln 1.8 − 0.4 · ln 0.2 = 0.879.
/// </summary>
public static class Psi
{
    /// <summary>A share below this counts as this, for an empty bin would make the index infinite. Shares are not made to add up to 1 again.</summary>
    public const double Least = 1e-4;

    /// <param name="baseline">Counts by bin.</param>
    /// <param name="window">Counts in the same bins.</param>
    /// <returns>Null when either has counted nothing.</returns>
    public static double? Of(IReadOnlyList<long> baseline, IReadOnlyList<long> window, double least = Least)
    {
        double n = baseline.Sum(), m = window.Sum();
        if (n == 0 || m == 0)
            return null;
        var index = 0.0;
        for (var i = 0; i < baseline.Count; i++)
        {
            // A bin that neither has used says nothing: (least − least) · ln 1 = 0.
            var (p, q) = (Math.Max(least, baseline[i] / n), Math.Max(least, window[i] / m));
            index += (q - p) * Math.Log(q / p);
        }
        return index;
    }
}
