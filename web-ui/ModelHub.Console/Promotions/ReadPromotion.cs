using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Console.Access;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Promotions;

internal static class ReadPromotion
{
    public static readonly Operation<ReadPromotionVariables, ReadPromotionData> Operation = new(
        "ReadPromotion",
        Documents.ReadPromotion,
        GraphJson.Default.GraphRequestReadPromotionVariables,
        GraphJson.Default.GraphResponseReadPromotionData);
}

internal sealed record ReadPromotionVariables(string Id);

public sealed record ReadPromotionData(PromotionDetail? Promotion, Me Me);

public sealed record PromotionDetail(
    string Id, [property: JsonConverter(typeof(NameOf))] string Environment, string? Plan, string State, string? RequestedBy, DateTimeOffset RequestedAt, string? Reason,
    int ApprovalsRequired, double? TimeToLiveMs, long Revision, VersionRef Version, VersionNumber? Replaces,
    IReadOnlyList<GateEvidence> Gates, IReadOnlyList<Approval> Approvals, IReadOnlyList<PromotionStep> Steps,
    IReadOnlyList<PromotionStage>? Stages = null, DateTimeOffset? PausedAt = null, bool Held = false, IReadOnlyList<StageVerdict>? Verdicts = null,
    JsonElement? PlanDocument = null, int? StageIndex = null, PromotionPlace? Place = null);

/// <summary>The environment it goes to, as it is now.</summary>
public sealed record PromotionPlace(Environments.FreezeNow? Freezing);

public sealed record GateEvidence(
    string Gate, string Verdict, JsonElement? Inputs, string? Reason, string? PolicyDigest, DateTimeOffset EvaluatedAt, DateTimeOffset? ExpiresAt);

public sealed record Approval(string By, DateTimeOffset At, string Decision, string? Reason);

public sealed record PromotionStep(string Name, DateTimeOffset At);

/// <param name="Weight">Percent; null for a shadow.</param>
public sealed record PromotionStage(
    int Index, string Kind, double? Weight, string Outcome, DateTimeOffset EnteredAt, DateTimeOffset? EndedAt, string? Reason, string? By);

/// <param name="Stage">From 0; null for the watch.</param>
public sealed record StageVerdict(
    int? Stage, string Verdict, string Reason, DateTimeOffset At, long Samples, long? PrimarySamples, IReadOnlyList<StageFinding> Findings);

public sealed record StageFinding(string Limit, string Verdict, string Reason);
