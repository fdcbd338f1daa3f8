using ModelHub.Domain.Basics;
using ModelHub.Domain.Promotions;

namespace ModelHub.Domain.Gates;

public readonly record struct GateRoundId(Guid Value) : IId<GateRoundId>
{
    public static GateRoundId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static GateRoundId From(Guid value) => new(value);
}

/// <summary>One evaluation of all gates of a promotion: the whole facts, beside the evidence of each gate.</summary>
public sealed class GateRound
{
    private GateRound()
    {
    }

    public GateRound(PromotionId promotion, GateFacts facts, string policyDigest, DateTimeOffset now) =>
        (Id, PromotionId, Facts, PolicyDigest, EvaluatedAt) = (GateRoundId.New(now), promotion, facts, policyDigest, now);

    public GateRoundId Id { get; private set; }

    public PromotionId PromotionId { get; private set; }

    public GateFacts Facts { get; private set; } = null!;

    public string PolicyDigest { get; private set; } = "";

    public DateTimeOffset EvaluatedAt { get; private set; }
}
