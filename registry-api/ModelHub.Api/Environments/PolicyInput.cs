using System.Text.Json;

namespace ModelHub.Api.Environments;

/// <summary>What the environment asks for before traffic; what is left out asks for nothing.</summary>
/// <param name="MetricGates">Against the version that has the traffic, with a margin.</param>
/// <param name="MetricLimits">Whatever the champion measures.</param>
/// <param name="Approvers">Whose approvals count; left out: of everybody who may approve.</param>
/// <param name="PromotionFrom">A version must be live there first.</param>
/// <param name="FromEnvironmentBefore">A version must be live in the environment of the next lower rank first.</param>
/// <param name="MaxDataAge">Of the newest data version in the lineage.</param>
/// <param name="Freeze">When no traffic moves to a new version.</param>
/// <param name="DefaultPlan">A rollout plan for requests that name none: the name of a built-in one, or a document as promoteVersion takes it.</param>
/// <param name="Watch">For how long a version is watched once it is live, and what it must keep to.</param>
internal sealed record PolicyInput(
    IReadOnlyList<MetricGate>? MetricGates,
    IReadOnlyList<MetricLimit>? MetricLimits,
    IReadOnlyList<string>? RequiredChecks,
    int Approvals,
    ApproversInput? Approvers,
    string? PromotionFrom,
    TimeSpan? MaxDataAge,
    ShadowTestRule? ShadowTest,
    FreezeInput? Freeze,
    JsonElement? DefaultPlan,
    WatchInput? Watch,
    bool FromEnvironmentBefore = false)
{
    public Result<Policy> ToPolicy()
    {
        if (ReadPlan(DefaultPlan, out var plan) is { } refusal)
            return refusal;
        return new Policy(MetricGates ?? [], RequiredChecks ?? [], Approvals, PromotionFrom)
        {
            MetricLimits = MetricLimits ?? [],
            Approvers = Approvers is null ? null : new(Approvers.Roles ?? [], Approvers.Names ?? []),
            FromEnvironmentBefore = FromEnvironmentBefore,
            MaxDataAge = MaxDataAge,
            ShadowTest = ShadowTest,
            Freeze = Freeze is null ? null : new(Freeze.Weekly ?? [], Freeze.Dated ?? [], Freeze.Action),
            DefaultPlan = plan,
            Watch = Watch?.ToPolicy(),
        };
    }

    private static Refusal? ReadPlan(JsonElement? given, out RolloutPlan? plan)
    {
        plan = null;
        if (given is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } json)
            return null;
        if (json.ValueKind == JsonValueKind.String)
            return (plan = RolloutPlan.Named(json.GetString()!)) is null ? new PlanNotSupported(json.GetString()!) : null;
        var read = PlanDocument.Read(json, "policy.defaultPlan");
        plan = read.Refusal is null ? read.Value : null;
        return read.Refusal;
    }
}

internal sealed record ApproversInput(IReadOnlyList<Role>? Roles, IReadOnlyList<string>? Names);

internal sealed record FreezeInput(IReadOnlyList<WeeklyFreeze>? Weekly, IReadOnlyList<DatedFreeze>? Dated, FreezeAction Action = FreezeAction.Wait);

internal sealed record WatchInput(TimeSpan Time, WatchLimitsInput Limits)
{
    public WatchPolicy ToPolicy() => new(Time, Limits.ToLimits());
}

/// <summary>What a version must keep to while it is watched; limits that compare it with another one running beside it are refused.</summary>
/// <param name="MaxErrorRate">Share of requests that it fails, 0 to 1.</param>
/// <param name="MaxP50Ms">Median latency in milliseconds.</param>
/// <param name="MaxP99Ms">Latency of the slowest hundredth in milliseconds.</param>
/// <param name="MinQuality">Of what it answers and is labelled: the share of rows it takes for what they are, or R² when labels are numbers.</param>
internal sealed record WatchLimitsInput(double? MaxErrorRate, double? MaxP50Ms, double? MaxP99Ms, double? MinQuality)
{
    public StageLimits ToLimits() => new(MaxErrorRate: MaxErrorRate, MaxP50Ms: MaxP50Ms, MaxP99Ms: MaxP99Ms, MinQuality: MinQuality);
}
