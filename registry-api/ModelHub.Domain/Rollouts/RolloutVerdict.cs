using ModelHub.Domain.Basics;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Promotions;

namespace ModelHub.Domain.Rollouts;

public readonly record struct RolloutVerdictId(Guid Value) : IId<RolloutVerdictId>
{
    public static RolloutVerdictId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static RolloutVerdictId From(Guid value) => new(value);
}

/// <summary>How a stage, or the watch, was judged and on what: enough to judge again and come to the same verdict.</summary>
public sealed class RolloutVerdict
{
    private RolloutVerdict()
    {
    }

    private RolloutVerdict(PromotionId promotion, int? stage, StageFacts facts, StageVerdict judged, DateTimeOffset now) =>
        (Id, PromotionId, Stage, Facts, Verdict, Reason, Findings, At) = (RolloutVerdictId.New(now), promotion, stage, facts, judged.Verdict, judged.Reason, judged.Findings, now);

    public RolloutVerdictId Id { get; private set; }

    public PromotionId PromotionId { get; private set; }

    /// <summary>Its place in the plan, from 0; null for the watch.</summary>
    public int? Stage { get; private set; }

    public Verdict Verdict { get; private set; }

    public string Reason { get; private set; } = "";

    public IReadOnlyList<Finding> Findings { get; private set; } = [];

    public StageFacts Facts { get; private set; } = null!;

    public DateTimeOffset At { get; private set; }

    public static RolloutVerdict Keep(PromotionId promotion, int? stage, StageFacts facts, StageVerdict judged, DateTimeOffset now) => new(promotion, stage, facts, judged, now);

    /// <summary>Judges the stored facts again.</summary>
    public static Verdict Recompute(RolloutVerdict kept) => StageJudgement.Judge(kept.Facts, kept.At).Verdict;
}
