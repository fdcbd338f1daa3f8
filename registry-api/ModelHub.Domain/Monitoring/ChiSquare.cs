namespace ModelHub.Domain.Monitoring;

/// <summary>What the test found.</summary>
/// <param name="Statistic">Σ (observed − expected)² / expected.</param>
/// <param name="Degrees">Bins that were used at all, less one.</param>
/// <param name="PValue">The chance of such a statistic, or a larger one, when both come from one distribution.</param>
public sealed record ChiSquareTest(double Statistic, int Degrees, double PValue);

/// <summary>
/// Pearson's test of homogeneity (Philosophical Magazine 50, 1900) on the table of two rows, baseline and window, and one column for each bin; without
/// Yates' correction. 142:2492 and 313:70: 1521.3, one degree.
/// </summary>
public static class ChiSquare
{
    /// <inheritdoc cref="Psi.Of"/>
    /// <returns>Null when either has counted nothing; one bin alone is the same in both, with certainty.</returns>
    public static ChiSquareTest? Of(IReadOnlyList<long> baseline, IReadOnlyList<long> window)
    {
        double n = baseline.Sum(), m = window.Sum();
        if (n == 0 || m == 0)
            return null;
        var (statistic, used) = (0.0, 0);
        for (var i = 0; i < baseline.Count; i++)
        {
            var both = baseline[i] + window[i];
            if (both == 0)
                continue;
            used++;
            statistic += Square(baseline[i], both * n / (n + m)) + Square(window[i], both * m / (n + m));
        }
        return new(statistic, used - 1, used < 2 ? 1 : IncompleteGamma.Q((used - 1) / 2.0, statistic / 2));
    }

    private static double Square(double observed, double expected) => (observed - expected) * (observed - expected) / expected;
}
