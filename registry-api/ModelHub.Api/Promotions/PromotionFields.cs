using System.Text.Json;
using ModelHub.Api.Environments;
using ModelHub.Api.Models;
using ModelHub.Domain.Gates;

namespace ModelHub.Api.Promotions;

[ObjectType<Promotion>(Only = [
    nameof(Promotion.Id), nameof(Promotion.Plan), nameof(Promotion.State), nameof(Promotion.RequestedBy), nameof(Promotion.RequestedAt),
    nameof(Promotion.Reason), nameof(Promotion.ApprovalsRequired), nameof(Promotion.Steps), nameof(Promotion.TimeToLiveMs), nameof(Promotion.FreezeOverride), nameof(Promotion.UpdatedAt),
    nameof(Promotion.Revision), nameof(Promotion.Stages), nameof(Promotion.StageIndex), nameof(Promotion.PausedAt), nameof(Promotion.PausedBy), nameof(Promotion.Held)],
    Wide = [nameof(Promotion.Steps), nameof(Promotion.Stages), nameof(Promotion.Rollout)])]
[Authorize(nameof(Permission.Read))]
internal static class PromotionFields
{
    [NodeResolver]
    public static async Task<Promotion?> GetAsync(PromotionId id, Caller caller, PromotionById promotions, CancellationToken ct)
        => (await promotions.LoadAsync(id, ct)).IfVisible(caller, promotion => promotion.Version.Model.Name);

    public static async Task<Version> GetVersionAsync([Parent] Promotion promotion, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(promotion.VersionId, ct))!;

    public static async Task<Environment> GetEnvironmentAsync([Parent] Promotion promotion, EnvironmentById environments, CancellationToken ct)
        => (await environments.LoadAsync(promotion.EnvironmentId, ct))!;

    /// <summary>The version that had the traffic when it was asked for; null for the first.</summary>
    public static Task<Version?> GetReplacesAsync([Parent] Promotion promotion, VersionById versions, CancellationToken ct)
        => promotion.ReplacesId is { } id ? versions.LoadAsync(id, ct) : Task.FromResult<Version?>(null);

    /// <summary>The whole plan, as it was when the promotion was asked for.</summary>
    [Reads(nameof(Promotion.Rollout))]
    public static JsonElement GetPlanDocument([Parent] Promotion promotion) => PlanDocument.Write(promotion.Rollout);

    public static Task<IReadOnlyList<GateEvidence>> GetGatesAsync([Parent] Promotion promotion, GatesOfPromotion gates, CancellationToken ct)
        => gates.LoadAsync(promotion.Id, ct);

    /// <summary>What was decided about its stages and its watch, and on what.</summary>
    public static Task<IReadOnlyList<RolloutVerdict>> GetVerdictsAsync([Parent] Promotion promotion, VerdictsOfPromotion verdicts, CancellationToken ct)
        => verdicts.LoadAsync(promotion.Id, ct);

    public static Task<IReadOnlyList<Approval>> GetApprovalsAsync([Parent] Promotion promotion, ApprovalsOfPromotion approvals, CancellationToken ct)
        => approvals.LoadAsync(promotion.Id, ct);
}

[ObjectType<GateEvidence>(Only = [
    nameof(GateEvidence.Gate), nameof(GateEvidence.Verdict), nameof(GateEvidence.Reason), nameof(GateEvidence.PolicyDigest), nameof(GateEvidence.EvaluatedAt),
    nameof(GateEvidence.ExpiresAt)],
    Wide = [nameof(GateEvidence.Inputs)])]
[Authorize(nameof(Permission.Read))]
internal static class GateEvidenceFields
{
    /// <summary>What the gate looked at, whole.</summary>
    [Reads(nameof(GateEvidence.Inputs))]
    public static JsonElement GetInputs([Parent] GateEvidence evidence) => JsonSerializer.SerializeToElement(evidence.Inputs, ModelHub.Database.Conventions.Json.Options);
}

[ObjectType<Approval>(Only = [nameof(Approval.By), nameof(Approval.Person), nameof(Approval.At), nameof(Approval.Decision), nameof(Approval.Reason)])]
[Authorize(nameof(Permission.Read))]
internal static class ApprovalFields;
