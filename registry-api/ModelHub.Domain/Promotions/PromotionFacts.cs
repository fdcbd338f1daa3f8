using ModelHub.Domain.Gates;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;

namespace ModelHub.Domain.Promotions;

/// <param name="RoutesRevision">The table it obeys.</param>
/// <param name="AppliedAt">Since when.</param>
public sealed record RouterFacts(RouterId Id, RouterState State, long RoutesRevision, DateTimeOffset? AppliedAt);

/// <summary>Everything the next step of a promotion depends on, read at one moment.</summary>
/// <param name="Gates">What the gates see now.</param>
/// <param name="Evidence">All evidence gathered for it so far.</param>
/// <param name="PolicyDigest">Of the environment's policy now.</param>
/// <param name="Placements">Of the candidate under this endpoint.</param>
/// <param name="Bytes">Room the candidate needs on a node.</param>
/// <param name="Replicas">How many nodes shall hold it, when that many are there.</param>
/// <param name="HasPrimary">Whether another version has the traffic now.</param>
/// <param name="Shadow">The last shadow test that was opened for it; null before.</param>
/// <param name="Stage">What was counted in its stage or watch; null in any other state.</param>
/// <param name="Approvals">How many the policy asks for now.</param>
/// <param name="Frozen">The freeze that holds the environment now; null when none does.</param>
public sealed record PromotionFacts(
    IReadOnlyList<GateInputs> Gates,
    IReadOnlyList<GateEvidence> Evidence,
    string PolicyDigest,
    IReadOnlyList<NodeFacts> Nodes,
    IReadOnlyList<PlacementFacts> Placements,
    IReadOnlyList<RouterFacts> Routers,
    long Bytes,
    int Replicas = Promotion.Replicas,
    bool HasPrimary = false,
    StageFacts? Stage = null,
    ShadowTest? Shadow = null,
    int Approvals = 0,
    string? Frozen = null);

/// <summary>A verdict with what it was judged on, and when.</summary>
public sealed record Judged(StageFacts Facts, StageVerdict Verdict, DateTimeOffset At)
{
    public static Judged Of(StageFacts facts, DateTimeOffset now) => new(facts, StageJudgement.Judge(facts, now), now);
}

/// <summary>What the reconciling loop writes next.</summary>
public abstract record PromotionStep
{
    private PromotionStep()
    {
    }

    /// <summary>Nothing to write but the reason.</summary>
    public sealed record Wait(string For) : PromotionStep;

    /// <summary>Judge all gates and store the evidence; before anything is loaded the state becomes GatesEvaluating.</summary>
    public sealed record EvaluateGates : PromotionStep;

    public sealed record AwaitApproval : PromotionStep;

    /// <summary>The gates hold and enough people agreed; the state becomes Placing.</summary>
    public sealed record StartPlacing : PromotionStep;

    /// <summary>Want the candidate on these nodes.</summary>
    public sealed record Place(IReadOnlyList<NodeId> Nodes) : PromotionStep;

    /// <summary>The candidate is loaded, warm and ready: send it the traffic; the state becomes Shifting.</summary>
    /// <param name="Judged">Why the stage before is over; null without one.</param>
    public sealed record Shift(Judged? Judged = null) : PromotionStep;

    /// <summary>Give the candidate the share of this stage; the state becomes RollingOut.</summary>
    /// <param name="Judged">Why the stage before is over; null for the first, and for one that was skipped.</param>
    public sealed record EnterStage(int Index, Judged? Judged = null) : PromotionStep;

    /// <summary>The last live router deals requests as the stage says.</summary>
    public sealed record BeginStage(DateTimeOffset At) : PromotionStep;

    /// <summary>Send the candidate copies of what the primary answers, and compare.</summary>
    public sealed record Compare : PromotionStep;

    /// <summary>Its time is up and it is still inconclusive: keep the evidence and wait for a person.</summary>
    public sealed record Hold(Judged Judged) : PromotionStep;

    /// <summary>A shadow test ended without a verdict that decides: wait for a person.</summary>
    public sealed record HoldShadow(string Reason) : PromotionStep;

    /// <summary>Somebody resumed it after that: test once more.</summary>
    public sealed record RetryShadow : PromotionStep;

    /// <summary>The shadow test failed; it took no traffic, so none goes back.</summary>
    public sealed record FailShadow(string Reason) : PromotionStep;

    /// <summary>A stage or the watch failed: all traffic back to the version before.</summary>
    public sealed record RollBack(Judged Judged) : PromotionStep;

    /// <summary>The gates of a version in its stages do not hold any more.</summary>
    public sealed record TakeBack(string Reason) : PromotionStep;

    /// <summary>The time of the watch is over.</summary>
    public sealed record EndWatch(Judged Judged) : PromotionStep;

    /// <param name="SwitchedAt">When the last live router obeyed.</param>
    public sealed record Complete(DateTimeOffset SwitchedAt) : PromotionStep;

    public sealed record Refuse(string Reason) : PromotionStep;

    public sealed record Fail(string Reason) : PromotionStep;
}
