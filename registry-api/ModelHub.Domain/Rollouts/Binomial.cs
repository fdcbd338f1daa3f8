namespace ModelHub.Domain.Rollouts;

/// <summary>
/// What a count of bad ones among n tells of their true share: the exact bounds of Clopper and Pearson (Biometrika 26, 1934),
/// one-sided. They hold at any n, so that a handful of requests is never taken for more than it is.
/// 2 of 2 bad, level 0.001 → the share is at least 0.032; 1 of 3 → at least 0.0003.
/// </summary>
public static class Binomial
{
    private const int Halvings = 60;

    /// <summary>The share is at least this, but for one case in 1/<paramref name="level"/>.</summary>
    public static double AtLeast(long bad, long n, double level) =>
        bad <= 0 || n <= 0 ? 0 : Bisect(p => Tail(bad, n, p) < level);

    /// <summary>The share is at most this, but for one case in 1/<paramref name="level"/>.</summary>
    public static double AtMost(long bad, long n, double level) =>
        n <= 0 || bad >= n ? 1 : Bisect(p => 1 - Tail(bad + 1, n, p) >= level);

    /// <summary>The chance of <paramref name="bad"/> or more among n when each is bad with chance p.</summary>
    public static double Tail(long bad, long n, double p) =>
        bad <= 0 ? 1 : bad > n ? 0 : p <= 0 ? 0 : p >= 1 ? 1 : Beta(p, bad, n - bad + 1);

    /// <summary>Where the answer turns from true to false between 0 and 1.</summary>
    private static double Bisect(Func<double, bool> below)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = below(middle) ? (middle, high) : (low, middle);
        }
        return low;
    }

    /// <summary>The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22) evaluated as Lentz does.</summary>
    private static double Beta(double x, double a, double b)
    {
        if (x > (a + 1) / (a + b + 2))
            return 1 - Beta(1 - x, b, a);
        const double Tiny = 1e-300;
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x)) / a;
        var (c, d) = (1.0, 1 / Guard(1 - (a + b) * x / (a + 1)));
        var fraction = d;
        for (var m = 1; m <= 10_000; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Guard(1 + even * d);
            c = Guard(1 + even / c);
            fraction *= c * d;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Guard(1 + odd * d);
            c = Guard(1 + odd / c);
            fraction *= c * d;
            if (Math.Abs(c * d - 1) < 1e-13)
                break;
        }
        return Math.Clamp(front * fraction, 0, 1);

        static double Guard(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }

    /// <summary>ln Γ(x) for x > 0, by Stirling's series after x was raised above 10 (DLMF 5.11.1).</summary>
    internal static double LogGamma(double x)
    {
        var shift = 0.0;
        for (; x < 10; x++)
            shift += Math.Log(x);
        var square = x * x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + (1.0 / 12 - (1.0 / 360 - 1 / (1260 * square)) / square) / x - shift;
    }
}
