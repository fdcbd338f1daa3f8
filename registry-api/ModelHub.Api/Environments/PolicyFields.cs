using System.Text.Json;

namespace ModelHub.Api.Environments;

[ObjectType<Policy>(Only = [
    nameof(Policy.MetricGates), nameof(Policy.MetricLimits), nameof(Policy.RequiredChecks), nameof(Policy.Approvals), nameof(Policy.Approvers),
    nameof(Policy.PromotionFrom), nameof(Policy.FromEnvironmentBefore), nameof(Policy.MaxDataAge), nameof(Policy.ShadowTest), nameof(Policy.Freeze),
    nameof(Policy.Watch)])]
[Authorize(nameof(Permission.Read))]
internal static class PolicyFields
{
    /// <summary>How a version comes to traffic when the request names no plan, as promoteVersion takes it; null: all at once.</summary>
    public static JsonElement? GetDefaultPlan([Parent] Policy policy) => policy.DefaultPlan is { } plan ? PlanDocument.Write(plan) : null;
}

[ObjectType<StageLimits>(Only = [
    nameof(StageLimits.MaxErrorRate), nameof(StageLimits.MaxErrorRateOverPrimary), nameof(StageLimits.MaxP50Ms), nameof(StageLimits.MaxP99Ms),
    nameof(StageLimits.MaxP50Ratio), nameof(StageLimits.MaxP99Ratio), nameof(StageLimits.MaxPredictionShift), nameof(StageLimits.MinAgreement),
    nameof(StageLimits.MinQuality), nameof(StageLimits.MaxQualityDrop)])]
[Authorize(nameof(Permission.Read))]
internal static class StageLimitsFields;
