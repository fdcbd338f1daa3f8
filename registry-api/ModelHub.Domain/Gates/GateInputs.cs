using System.Text.Json.Serialization;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Gates;

/// <summary>What a gate looks at, whole: stored with the verdict.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ArtifactInputs), "artifact")]
[JsonDerivedType(typeof(SignatureInputs), "signature")]
[JsonDerivedType(typeof(MetricInputs), "metric")]
[JsonDerivedType(typeof(MetricLimitInputs), "metricLimit")]
[JsonDerivedType(typeof(CheckInputs), "check")]
[JsonDerivedType(typeof(PromotedFromInputs), "promotedFrom")]
[JsonDerivedType(typeof(DataAgeInputs), "dataAge")]
[JsonDerivedType(typeof(ShadowTestInputs), "shadowTest")]
public abstract record GateInputs
{
    /// <summary>The gate's name in evidence: <c>artifact</c>, <c>signature</c>, <c>metric:auc</c>, <c>check:unit-tests</c>, <c>promoted-from:staging</c>,
    /// <c>metric-limit:auc</c>, <c>data-age</c>, <c>shadow-test</c>.</summary>
    [JsonIgnore]
    public abstract string Gate { get; }

    public abstract Judgement Judge();
}

/// <param name="Scan">Null: nobody looked.</param>
/// <param name="RunsCode">Serving it runs code that came with it: an approver has to accept the scan.</param>
/// <param name="AcceptedBy">Who did.</param>
public sealed record ArtifactInputs(string Digest, VersionState State, ArtifactScan? Scan, bool RunsCode = false, string? AcceptedBy = null) : GateInputs
{
    public override string Gate => "artifact";

    public override Judgement Judge() => (State, Scan) switch
    {
        (VersionState.Failed, _) => Judgement.Fail("the artifact failed its validation"),
        (not VersionState.Ready, _) => Judgement.Inconclusive("the artifact is not validated yet"),
        (_, null) => Judgement.Inconclusive("the artifact was not scanned"),
        _ when RunsCode && AcceptedBy is null => Judgement.Inconclusive($"it runs code, and nobody has accepted its scan: {(Scan.Findings.Count == 0 ? "nothing found" : string.Join(", ", Scan.Findings))}"),
        _ when RunsCode => Judgement.Pass($"its scan was accepted by {AcceptedBy}"),
        (_, { Verdict: ScanVerdict.Dangerous }) => Judgement.Fail($"the scan found {string.Join(", ", Scan.Findings)}"),
        _ => Judgement.Pass("verified by digest, read and scanned"),
    };
}

/// <param name="HasChampion">False: the first version, nobody depends on a signature yet.</param>
public sealed record SignatureInputs(Signature? Candidate, Signature? Champion, bool HasChampion) : GateInputs
{
    public override string Gate => "signature";

    public override Judgement Judge()
    {
        if (Candidate is null)
            return Judgement.Inconclusive("the candidate has no signature");
        if (!HasChampion)
            return Judgement.Pass("no version to stay compatible with");
        if (Champion is null)
            return Judgement.Inconclusive("the champion has no signature");

        var breaks = Compatibility.Breaks(Champion, Candidate);
        return breaks.Count == 0 ? Judgement.Pass("callers of the champion can stay as they are") : Judgement.Fail(string.Join("; ", breaks));
    }
}

/// <param name="Candidate">Null: the candidate has no such metric.</param>
/// <param name="Champion">Null: the champion has no such metric, or there is no champion.</param>
/// <param name="HasChampion">Whether a version has the traffic.</param>
public sealed record MetricInputs(MetricGate Rule, double? Candidate, double? Champion, bool HasChampion) : GateInputs
{
    public override string Gate => $"metric:{Rule.Metric}";

    public override Judgement Judge()
    {
        if (Candidate is not { } candidate || !double.IsFinite(candidate))
            return Judgement.Inconclusive($"the candidate has no finite {Rule.Metric}");
        if (!HasChampion)
            return Judgement.Pass($"{Rule.Metric} is {candidate:R}, no champion to compare with");
        if (Champion is not { } champion || !double.IsFinite(champion))
            return Judgement.Inconclusive($"the champion has no finite {Rule.Metric}");

        // higher is better, margin 0.01: champion 0.56, candidate 0.57 → gain 0.01 → pass, though their binary difference is 0.00999999999999990
        var gain = Rule.Direction == MetricDirection.HigherIsBetter ? candidate - champion : champion - candidate;
        var rounding = 1e-15 * (Math.Abs(candidate) + Math.Abs(champion));
        var words = $"{Rule.Metric} {candidate:G6} against {champion:G6}, gain {gain:G3}, asked {Rule.Margin:G6}";
        return gain >= Rule.Margin - rounding ? Judgement.Pass(words) : Judgement.Fail(words);
    }
}

/// <param name="State">Null: nobody posted it yet.</param>
public sealed record CheckInputs(string Check, CheckState? State) : GateInputs
{
    public override string Gate => $"check:{Check}";

    public override Judgement Judge() => State switch
    {
        CheckState.Pass => Judgement.Pass($"{Check} passed"),
        CheckState.Fail => Judgement.Fail($"{Check} failed"),
        _ => Judgement.Inconclusive($"{Check} is not posted"),
    };
}

/// <param name="Candidate">Null: the candidate has no such metric.</param>
public sealed record MetricLimitInputs(MetricLimit Rule, double? Candidate) : GateInputs
{
    public override string Gate => $"metric-limit:{Rule.Metric}";

    public override Judgement Judge()
    {
        if (Candidate is not { } candidate || !double.IsFinite(candidate))
            return Judgement.Inconclusive($"the candidate has no finite {Rule.Metric}");
        if (Rule.Min is { } min && candidate < min)
            return Judgement.Fail($"{Rule.Metric} is {candidate:R}, at least {min:R} is asked");
        return Rule.Max is { } max && candidate > max
            ? Judgement.Fail($"{Rule.Metric} is {candidate:R}, at most {max:R} is asked")
            : Judgement.Pass($"{Rule.Metric} is {candidate:R}");
    }
}

/// <param name="Environment">Null: the environment before was asked for, and there is none.</param>
public sealed record PromotedFromInputs(string? Environment, bool WasLive) : GateInputs
{
    public override string Gate => Environment is null ? "promoted-from" : $"promoted-from:{Environment}";

    public override Judgement Judge() => (Environment, WasLive) switch
    {
        (null, _) => Judgement.Inconclusive("no environment comes before this one"),
        (_, true) => Judgement.Pass($"it was live in {Environment}"),
        _ => Judgement.Fail($"it was never live in {Environment}"),
    };
}
