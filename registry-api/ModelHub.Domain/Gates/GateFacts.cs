using ModelHub.Domain.Environments;
using ModelHub.Domain.Models;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Domain.Gates;

/// <summary>The last word posted under a name.</summary>
public sealed record CheckSeen(string Name, CheckState State);

/// <summary>A data version: <c>applications@3</c>, and when it was registered.</summary>
public sealed record DataSeen(string Name, DateTimeOffset At);

/// <summary>The latest shadow test of a candidate at an endpoint.</summary>
/// <param name="Against">The number of the version it was compared with.</param>
/// <param name="Verdict">Null while it runs.</param>
public sealed record ShadowTestSeen(Guid Test, int Against, Verdict? Verdict, DateTimeOffset? EndedAt, string? Reason);

/// <summary>
/// Everything that any gate may look at, read at one moment. It is stored whole with each evaluation, so that a policy that
/// came later can be asked what it would have said.
/// </summary>
/// <param name="ChampionMetrics">Null: no version has the traffic.</param>
/// <param name="Champion">The number of the version that has the traffic.</param>
/// <param name="WasLiveIn">Environments in which the candidate ever had the traffic.</param>
/// <param name="EnvironmentBefore">The one of the next lower rank; null for the lowest.</param>
/// <param name="NewestData">Of the lineage; null: it names none.</param>
/// <param name="ShadowTest">Null: there was none.</param>
public sealed record GateFacts(
    ArtifactInputs Artifact,
    SignatureInputs Signature,
    IReadOnlyList<Metric> CandidateMetrics,
    IReadOnlyList<Metric>? ChampionMetrics,
    int? Champion,
    IReadOnlyList<CheckSeen> Checks,
    IReadOnlyList<string> WasLiveIn,
    string? EnvironmentBefore,
    DataSeen? NewestData,
    ShadowTestSeen? ShadowTest,
    DateTimeOffset At)
{
    /// <param name="around">What is known beside the two versions.</param>
    public static GateFacts Of(Version candidate, Version? champion, GateSurroundings around, DateTimeOffset at) => new(
        new ArtifactInputs(candidate.Digest, candidate.State, candidate.Scan, ModelFormats.RunsCode(candidate.Format), candidate.ScanAcceptance?.By),
        new SignatureInputs(candidate.Signature, champion?.Signature, champion is not null),
        candidate.Metrics,
        champion?.Metrics,
        champion?.Number,
        around.Checks,
        around.WasLiveIn,
        around.EnvironmentBefore,
        around.NewestData,
        around.ShadowTest,
        at);

    /// <summary>What each gate of a policy looks at. Two gates always stand; the policy adds the others.</summary>
    public IReadOnlyList<GateInputs> Inputs(Policy policy) =>
    [
        Artifact,
        Signature,
        .. policy.MetricGates.Select(rule => new MetricInputs(rule, Measured(CandidateMetrics, rule.Metric), Measured(ChampionMetrics, rule.Metric), ChampionMetrics is not null)),
        .. policy.MetricLimits.Select(rule => new MetricLimitInputs(rule, Measured(CandidateMetrics, rule.Metric))),
        .. policy.RequiredChecks.Select(name => new CheckInputs(name, Checks.FirstOrDefault(c => c.Name == name)?.State)),
        .. Origin(policy) is { } origin ? [origin] : Array.Empty<GateInputs>(),
        .. policy.MaxDataAge is { } age ? [new DataAgeInputs(age, NewestData, At)] : Array.Empty<GateInputs>(),
        .. policy.ShadowTest is { } rule ? [new ShadowTestInputs(rule, ShadowTest, Champion, At)] : Array.Empty<GateInputs>(),
    ];

    private PromotedFromInputs? Origin(Policy policy) => policy switch
    {
        { PromotionFrom: { } from } => new(from, WasLiveIn.Contains(from)),
        { FromEnvironmentBefore: true } => new(EnvironmentBefore, EnvironmentBefore is { } before && WasLiveIn.Contains(before)),
        _ => null,
    };

    private static double? Measured(IReadOnlyList<Metric>? metrics, string name) => metrics?.FirstOrDefault(m => m.Name == name)?.Value;
}

/// <inheritdoc cref="GateFacts"/>
public sealed record GateSurroundings(
    IReadOnlyList<CheckSeen> Checks,
    IReadOnlyList<string> WasLiveIn,
    string? EnvironmentBefore = null,
    DataSeen? NewestData = null,
    ShadowTestSeen? ShadowTest = null);
