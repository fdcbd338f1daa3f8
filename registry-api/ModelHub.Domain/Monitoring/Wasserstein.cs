namespace ModelHub.Domain.Monitoring;

/// <summary>
/// The first Wasserstein distance ∫ |F(x) − G(x)| dx: how far, in the unit of the values, a value has to be moved on average to turn one distribution
/// into the other (Vallender, Theory of Probability and its Applications 18, 1974).
/// </summary>
public static class Wasserstein
{
    /// <summary>Of whole samples, exact. None may be empty.</summary>
    public static double OfSamples(IEnumerable<double> baseline, IEnumerable<double> window)
    {
        double[] a = [.. baseline.Order()], b = [.. window.Order()];
        double[] all = [.. a.Concat(b).Order()];
        var (i, j, sum) = (0, 0, 0.0);
        for (var k = 0; k + 1 < all.Length; k++)
        {
            while (i < a.Length && a[i] <= all[k])
                i++;
            while (j < b.Length && b[j] <= all[k])
                j++;
            sum += Math.Abs((double)i / a.Length - (double)j / b.Length) * (all[k + 1] - all[k]);
        }
        return sum;
    }

    /// <summary>
    /// Of counts in the bins between <paramref name="edges"/>, as if values lay evenly in each: between two edges the distance of the functions runs
    /// straight from one value to the next. What lies below the first edge or above the last is taken to lie at it, so that it is told too small.
    /// </summary>
    /// <param name="baseline">One more at either end than there are bins: what lies below, and above.</param>
    /// <param name="window">In the same bins.</param>
    /// <returns>Null when either has counted nothing.</returns>
    public static double? OfBins(IReadOnlyList<double> edges, IReadOnlyList<long> baseline, IReadOnlyList<long> window)
    {
        double n = baseline.Sum(), m = window.Sum();
        if (n == 0 || m == 0)
            return null;
        var (f, g, sum) = (baseline[0], window[0], 0.0);
        for (var i = 0; i + 1 < edges.Count; i++)
        {
            var before = f / n - g / m;
            (f, g) = (f + baseline[i + 1], g + window[i + 1]);
            sum += Area(before, f / n - g / m) * (edges[i + 1] - edges[i]);
        }
        return sum;
    }

    /// <summary>Under the absolute value of a straight line from a to b over a length of 1. From −1 to 1: 0.5.</summary>
    private static double Area(double a, double b) =>
        a * b >= 0 ? Math.Abs(a + b) / 2 : (a * a + b * b) / (2 * (Math.Abs(a) + Math.Abs(b)));
}
