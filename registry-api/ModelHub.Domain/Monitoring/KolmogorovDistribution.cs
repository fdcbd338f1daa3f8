namespace ModelHub.Domain.Monitoring;

/// <summary>
/// P(Dₙ ≤ d) by the expansion of Pelz and Good in powers of 1/√n (Journal of the Royal Statistical Society B 38, 1976), which Simard and L'Ecuyer
/// (Journal of Statistical Software 39, 2011) find good to some 1e-7 from a hundred values on. Its terms, with z = d√n:
/// K₀ = √(2π)/z · Σ q, K₁ = √(2π)/(6z⁴) · Σ (π²m²/4 − z²) q and so on, where q = exp(−π²m²/(8z²)) and m runs over 1, 3, 5, …
/// </summary>
internal static class KolmogorovDistribution
{
    private static readonly double RootTwoPi = Math.Sqrt(2 * Math.PI);

    public static double Below(double d, long n)
    {
        if (d <= 0)
            return 0;
        var (z, terms) = (d * Math.Sqrt(n), 0.0);
        // Beyond, what is left is less than exp(−2·18²).
        if (d >= 1 || z > 18)
            return 1;
        for (var m = (int)Math.Ceiling(8 * z) * 2 + 1; m > 0; m -= 2)
            terms += Odd(z, m, n) * Math.Exp(-Math.PI * Math.PI * m * m / (8 * z * z));
        for (var k = (int)Math.Ceiling(8 * z) + 1; k > 0; k--)
            terms += Whole(z, k, n) * Math.Exp(-Math.PI * Math.PI * k * k / (2 * z * z));
        return Math.Clamp(RootTwoPi * terms, 0, 1);
    }

    /// <summary>What the term of the odd number m has of K₀, K₁/√n, K₂/n and K₃/n^1.5.</summary>
    private static double Odd(double z, int m, long n)
    {
        var (z2, a) = (z * z, Math.PI * Math.PI * m * m);
        var (z4, z6) = (z2 * z2, z2 * z2 * z2);
        var first = a / 4 - z2;
        var second = 6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * a / 4 + (1 - 2 * z2) * a * a / 16;
        var third = -30 * z6 - 90 * z4 * z4 + (135 * z4 - 96 * z6) * a / 4 + (212 * z4 - 60 * z2) * a * a / 16 + (5 - 30 * z2) * a * a * a / 64;
        var root = Math.Sqrt(n);
        return 1 / z + first / (6 * z4 * root) + second / (72 * z6 * z * n) + third / (6480 * z6 * z4 * n * root);
    }

    /// <summary>What the term of the whole number k has of K₂/n and K₃/n^1.5.</summary>
    private static double Whole(double z, int k, long n)
    {
        var (z2, a) = (z * z, Math.PI * Math.PI * k * k);
        return -a / (36 * z2 * z * n) + (3 * z2 - a) * a / (216 * z2 * z2 * z2 * n * Math.Sqrt(n));
    }
}
