namespace ModelHub.Domain.Monitoring;

/// <summary>
/// The statistic of Kolmogorov and Smirnov: the largest distance between two distribution functions, D = max |F(x) − G(x)|
/// (Smirnov, Annals of Mathematical Statistics 19, 1948).
/// </summary>
public static class KolmogorovSmirnov
{
    /// <summary>Of whole samples, exact.</summary>
    public static double OfSamples(IEnumerable<double> baseline, IEnumerable<double> window)
    {
        double[] a = [.. baseline.Order()], b = [.. window.Order()];
        var (i, j, largest) = (0, 0, 0.0);
        while (i < a.Length && j < b.Length)
        {
            // Equal values stand at one place of both functions: the distance is looked at behind them.
            var at = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= at)
                i++;
            while (j < b.Length && b[j] <= at)
                j++;
            largest = Math.Max(largest, Math.Abs((double)i / a.Length - (double)j / b.Length));
        }
        return largest;
    }

    /// <summary>Of counts in the same bins, in order: the distance at the bins' edges, which is no more than the one of the samples.</summary>
    /// <returns>Null when either has counted nothing.</returns>
    public static double? OfBins(IReadOnlyList<long> baseline, IReadOnlyList<long> window)
    {
        double n = baseline.Sum(), m = window.Sum();
        if (n == 0 || m == 0)
            return null;
        var (f, g, largest) = (0L, 0L, 0.0);
        for (var i = 0; i < baseline.Count; i++)
        {
            (f, g) = (f + baseline[i], g + window[i]);
            largest = Math.Max(largest, Math.Abs(f / n - g / m));
        }
        return largest;
    }

    /// <summary>
    /// The chance of D or more when both samples come from one distribution, two-sided: that of one sample of n·m/(n+m) values, rounded, against its own
    /// distribution. Values that repeat, and bins, make it smaller than told here, so the test errs towards no drift.
    /// </summary>
    public static double PValue(double d, long n, long m) =>
        1 - KolmogorovDistribution.Below(d, Math.Max(1, (long)Math.Round((double)n * m / (n + m), MidpointRounding.ToEven)));
}
