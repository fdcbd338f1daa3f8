namespace ModelHub.Domain.Experiments;

/// <summary>An interval for the mean of an arm less the mean of the control.</summary>
public sealed record DifferenceInterval(double Difference, double Low, double High);

/// <summary>
/// Intervals for a difference of means that hold at all times at once: the chance that any of them, however often one looks, misses the
/// true difference is at most alpha. The normal mixture of Robbins ("Statistical methods related to the law of the iterated logarithm",
/// Ann. Math. Statist. 41, 1970) with the variance estimated, as an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy
/// and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Ann. Statist. 52, 2024, theorem 2.2): after n
/// units the mean lies within σ · √(2(nρ² + 1) / (n²ρ²) · ln(√(nρ² + 1) / α)). It is also what the mixture sequential probability ratio
/// test of Johari, Koomen, Pekelis and Walsh (Oper. Res. 70, 2022) rejects by. Being asymptotic, it begins at a minimum of units.
/// </summary>
public static class ConfidenceSequence
{
    /// <summary>The interval is tightest, for its level, when this many times the minimum has come.</summary>
    private const int TightestAt = 10;

    /// <summary>
    /// Of two arms whose units are dealt at random, n = n₀ + n₁ of them: each counts by its influence on the difference of the means, whose
    /// variance is n · (s₀²/n₀ + s₁²/n₁).
    /// </summary>
    /// <param name="alpha">Of this pair alone.</param>
    /// <param name="minimum">Units of each arm.</param>
    /// <returns>null when nothing can be said: too few units, no finite numbers, or values that do not vary</returns>
    public static DifferenceInterval? Of(ArmTotals control, ArmTotals arm, double alpha, long minimum)
    {
        if (control.Measured < minimum || arm.Measured < minimum)
            return null;
        if (control is not { Mean: { } before, Variance: { } spread } || arm is not { Mean: { } after, Variance: { } spreadAfter })
            return null;
        double n = control.Measured + arm.Measured;
        var deviation = Math.Sqrt(n * (spread / control.Measured + spreadAfter / arm.Measured));
        var radius = deviation * Radius(n, Rho2(2.0 * minimum * TightestAt, alpha), alpha);
        var difference = after - before;
        return double.IsFinite(difference) && double.IsFinite(radius) && radius > 0 ? new(difference, difference - radius, difference + radius) : null;
    }

    /// <summary>Half the width after n units, in standard deviations. n = 1000, ρ² = 0.01, α = 0.05 → 0.0961.</summary>
    public static double Radius(double n, double rho2, double alpha) =>
        Math.Sqrt(2 * (n * rho2 + 1) / (n * n * rho2) * Math.Log(Math.Sqrt(n * rho2 + 1) / alpha));

    /// <summary>The ρ² at which the interval after about <paramref name="units"/> is tightest (the same paper, appendix B).</summary>
    public static double Rho2(double units, double alpha) =>
        (-2 * Math.Log(alpha) + Math.Log(1 - 2 * Math.Log(alpha))) / units;
}
