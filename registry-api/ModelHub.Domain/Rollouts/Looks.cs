using System.Globalization;
using ModelHub.Domain.Gates;

namespace ModelHub.Domain.Rollouts;

/// <summary>Each limit against what was seen over the whole time, without a doubt granted to anybody.</summary>
internal static class Looks
{
    /// <summary>A latency that differs by less, in milliseconds, is the machine's and not the model's: 0.3 ms against 0.7 ms is no doubling.</summary>
    public const double Noise = 5;

    /// <summary>0.02 keeps to 0.01 + 0.01, though their binary sum is a little less.</summary>
    public const double Rounding = 1e-12;

    public static IReadOnlyList<Finding> At(StageFacts facts)
    {
        var (limits, candidate, primary) = (facts.Limits, facts.Whole.Candidate, facts.Whole.Primary);
        var findings = new List<Finding?>
        {
            AtMost("maxErrorRate", limits.MaxErrorRate, candidate.ErrorRate, null, (allowed, _) => allowed),
            AtMost("maxErrorRateOverPrimary", limits.MaxErrorRateOverPrimary, candidate.ErrorRate, primary?.ErrorRate, (allowed, beside) => beside + allowed, compared: true),
            AtMost("maxP50Ms", limits.MaxP50Ms, candidate.Latency.Quantile(0.5), null, (allowed, _) => allowed),
            AtMost("maxP99Ms", limits.MaxP99Ms, candidate.Latency.Quantile(0.99), null, (allowed, _) => allowed),
            AtMost("maxP50Ratio", limits.MaxP50Ratio, candidate.Latency.Quantile(0.5), primary?.Latency.Quantile(0.5), Times, compared: true),
            AtMost("maxP99Ratio", limits.MaxP99Ratio, candidate.Latency.Quantile(0.99), primary?.Latency.Quantile(0.99), Times, compared: true),
            limits.MaxPredictionShift is { } shift ? Answers.Shift(shift, facts.Said) : null,
            limits.MinAgreement is { } agreement ? Answers.Agreement(agreement, facts.Agreed, facts.MinimumSamples) : null,
        };
        return [.. findings.OfType<Finding>(), .. Labels.At(limits, facts.Quality)];
    }

    public static double Times(double ratio, double beside) => Math.Max(ratio * beside, beside + Noise);

    private static Finding? AtMost(string limit, double? allowed, double? seen, double? beside, Func<double, double, double> bound, bool compared = false)
    {
        if (allowed is not { } most)
            return null;
        if (seen is not { } value || !double.IsFinite(value))
            return new(limit, most, null, Finite(beside), Verdict.Inconclusive, $"{limit}: no data of the candidate");
        if (compared && (beside is not { } b || !double.IsFinite(b)))
            return new(limit, most, value, null, Verdict.Inconclusive, $"{limit}: no data of the primary");
        var edge = bound(most, beside ?? 0);
        var kept = value <= edge + Rounding;
        var words = compared ? $"{Show(value)} beside {Show(beside!.Value)}, at most {Show(edge)}" : $"{Show(value)}, at most {Show(edge)}";
        return new(limit, most, value, beside, kept ? Verdict.Pass : Verdict.Fail, $"{limit}: {words}");
    }

    internal static string Show(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static double? Finite(double? value) => value is { } v && double.IsFinite(v) ? v : null;
}
