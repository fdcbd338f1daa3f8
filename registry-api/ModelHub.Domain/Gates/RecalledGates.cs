using ModelHub.Domain.Environments;

namespace ModelHub.Domain.Gates;

/// <summary>What one gate says.</summary>
/// <param name="Recorded">False: what it would look at was not stored then, so it is inconclusive.</param>
public sealed record GateOutcome(string Gate, Verdict Verdict, string Reason, bool Recorded = true);

/// <summary>
/// Judges a policy on evidence that was stored for another one, when the whole facts were not stored yet: each gate takes what a
/// gate of its kind looked at then. What none looked at is not guessed from the present.
/// </summary>
public static class RecalledGates
{
    public static IReadOnlyList<GateOutcome> Judge(Policy policy, IReadOnlyList<GateInputs> stored) =>
    [
        Outcome("artifact", Last<ArtifactInputs>(stored)),
        Outcome("signature", Last<SignatureInputs>(stored)),
        .. policy.MetricGates.Select(rule => Outcome($"metric:{rule.Metric}", Metric(rule, stored))),
        .. policy.MetricLimits.Select(rule => Outcome($"metric-limit:{rule.Metric}", Limit(rule, stored))),
        .. policy.RequiredChecks.Select(name => Outcome($"check:{name}", stored.OfType<CheckInputs>().LastOrDefault(c => c.Check == name))),
        .. policy.PromotionFrom is { } from
            ? [Outcome($"promoted-from:{from}", stored.OfType<PromotedFromInputs>().LastOrDefault(p => p.Environment == from))]
            : Array.Empty<GateOutcome>(),
        // Which environment came before then is told only by a gate that asked for it.
        .. policy.FromEnvironmentBefore ? [Outcome("promoted-from", Last<PromotedFromInputs>(stored))] : Array.Empty<GateOutcome>(),
        .. policy.MaxDataAge is { } age ? [Outcome("data-age", Last<DataAgeInputs>(stored) is { } data ? data with { MaxAge = age } : null)] : Array.Empty<GateOutcome>(),
        .. policy.ShadowTest is { } rule ? [Outcome("shadow-test", Last<ShadowTestInputs>(stored) is { } test ? test with { Rule = rule } : null)] : Array.Empty<GateOutcome>(),
    ];

    private static MetricInputs? Metric(MetricGate rule, IReadOnlyList<GateInputs> stored) =>
        stored.OfType<MetricInputs>().LastOrDefault(m => m.Rule.Metric == rule.Metric) is { } seen ? seen with { Rule = rule } : null;

    private static MetricLimitInputs? Limit(MetricLimit rule, IReadOnlyList<GateInputs> stored) =>
        stored.OfType<MetricLimitInputs>().LastOrDefault(m => m.Rule.Metric == rule.Metric) is { } seen ? seen with { Rule = rule }
        : stored.OfType<MetricInputs>().LastOrDefault(m => m.Rule.Metric == rule.Metric) is { } compared ? new(rule, compared.Candidate)
        : null;

    private static T? Last<T>(IReadOnlyList<GateInputs> stored)
        where T : GateInputs => stored.OfType<T>().LastOrDefault();

    private static GateOutcome Outcome(string gate, GateInputs? inputs) =>
        inputs?.Judge() is { } judged
            ? new(inputs.Gate, judged.Verdict, judged.Reason)
            : new(gate, Verdict.Inconclusive, "what it looks at was not recorded then", Recorded: false);
}
