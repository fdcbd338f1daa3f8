using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Experiments;

/// <summary>Whether as many keys came to each arm as its share says.</summary>
/// <param name="Of">What was counted: keys that were exposed, or those of them with a value.</param>
/// <param name="PValue">However often one looks, the chance to see a value of at most p is at most p when the shares hold.</param>
public sealed record RatioCheck(string Of, double PValue, bool IsMismatch);

/// <summary>
/// The sequential multinomial test of Lindon and Malek ("Anytime-valid inference for multinomial count data", NeurIPS 2022): the Bayes
/// factor of counts x under a Dirichlet prior around the shares θ against the shares themselves,
/// Γ(Σα)/Γ(Σα + n) · Π Γ(αᵢ + xᵢ)/Γ(αᵢ) / Π θᵢ^xᵢ, is a martingale when the shares hold, so that by Ville's inequality it ever exceeds
/// 1/p with a chance of at most p. The same is true of the mean of several: one unsure prior finds an arm that gets nothing within
/// thirty keys, one that is sure finds a deviation of a percent in the end.
/// </summary>
public static class SampleRatio
{
    /// <summary>A mismatch is called only where at most one experiment in a thousand would show it by chance.</summary>
    public const double Level = 0.001;

    /// <summary>How sure the priors are of the shares, in keys: α = concentration · θ.</summary>
    private static readonly double[] Concentrations = [10, 100, 1_000, 10_000];

    /// <param name="counts">By arm.</param>
    /// <param name="shares">By arm, in any unit.</param>
    public static RatioCheck Of(string what, IReadOnlyList<long> counts, IReadOnlyList<double> shares)
    {
        var p = PValue(counts, shares);
        return new(what, p, p <= Level);
    }

    /// <summary>200 of 400 at 50:50 → 1; 260 of 400 → 0.0000004.</summary>
    public static double PValue(IReadOnlyList<long> counts, IReadOnlyList<double> shares)
    {
        double[] logs = [.. Concentrations.Select(sure => LogBayesFactor(counts, shares, sure))];
        var most = logs.Max();
        var mean = most + Math.Log(logs.Sum(log => Math.Exp(log - most)) / logs.Length);
        return Math.Min(1, Math.Exp(-mean));
    }

    private static double LogBayesFactor(IReadOnlyList<long> counts, IReadOnlyList<double> shares, double sure)
    {
        var whole = shares.Sum();
        var log = Binomial.LogGamma(sure) - Binomial.LogGamma(sure + counts.Sum());
        for (var i = 0; i < counts.Count; i++)
        {
            var share = shares[i] / whole;
            log += Binomial.LogGamma(sure * share + counts[i]) - Binomial.LogGamma(sure * share) - counts[i] * Math.Log(share);
        }
        return log;
    }
}
