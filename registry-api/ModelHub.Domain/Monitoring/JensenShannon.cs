namespace ModelHub.Domain.Monitoring;

/// <summary>
/// The Jensen-Shannon distance √((KL(p‖m) + KL(q‖m)) / 2) with m = (p + q) / 2 and logarithms to base 2, so that it lies in [0, 1] and is a metric
/// (Lin, IEEE Transactions on Information Theory 37, 1991; Endres and Schindelin, the same 49, 2003). Empty bins need no smoothing.
/// </summary>
public static class JensenShannon
{
    /// <inheritdoc cref="Psi.Of"/>
    public static double? Of(IReadOnlyList<long> baseline, IReadOnlyList<long> window)
    {
        double n = baseline.Sum(), m = window.Sum();
        if (n == 0 || m == 0)
            return null;
        var sum = 0.0;
        for (var i = 0; i < baseline.Count; i++)
        {
            var (p, q) = (baseline[i] / n, window[i] / m);
            sum += Part(p, (p + q) / 2) + Part(q, (p + q) / 2);
        }
        // Rounding may leave a hair below zero where both are the same.
        return Math.Sqrt(Math.Max(0, sum / 2));
    }

    private static double Part(double share, double middle) => share == 0 ? 0 : share * Math.Log2(share / middle);
}
