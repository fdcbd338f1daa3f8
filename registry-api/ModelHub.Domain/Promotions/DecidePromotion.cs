using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Promotions;

public sealed partial class Promotion
{
    /// <summary>Never by the requester, and each person once; a token counts as who made it. Enough approvals let the reconciling loop go on.</summary>
    public Refusal? Approve(Actor by, string? reason, DateTimeOffset now) => Decide(ApprovalDecision.Approve, by, reason, now);

    /// <summary>One rejection ends it. The requester may not even reject: that is what aborting is for.</summary>
    public Refusal? Reject(Actor by, string? reason, DateTimeOffset now)
    {
        if (Decide(ApprovalDecision.Reject, by, reason, now) is { } refusal)
            return refusal;

        Become(PromotionState.Rejected, Said(reason) ?? $"by {by}", now);
        return null;
    }

    /// <summary>Possible until all traffic has moved; what its stages took goes back to the primary. Afterwards a rollback is the way.</summary>
    public Refusal? Abort(string? reason, Actor by, DateTimeOffset now)
    {
        if (Texts.Longer("reason", reason, Limits.Reason) is { } refusal)
            return refusal;
        if (!State.MayBecome(PromotionState.Aborted))
            return new NotAbortable(State);

        EndStage(StageOutcome.Aborted, now, Said(reason), by);
        Become(PromotionState.Aborted, Said(reason) ?? $"by {by}", now);
        return null;
    }

    private static string? Said(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason;

    private Refusal? Decide(ApprovalDecision decision, Actor by, string? reason, DateTimeOffset now)
    {
        if (Texts.Longer("reason", reason, Limits.Reason) is { } refusal)
            return refusal;
        if (State != PromotionState.AwaitingApproval)
            return new NotAwaitingApproval(State);
        if (by.Person == RequestedByPerson)
            return new ApprovalByRequester();
        if (approvals.Any(a => a.Person == by.Person))
            return new AlreadyDecided(by.Person);

        approvals.Add(new Approval(Id, decision, reason, by, now));
        UpdatedAt = now;
        return null;
    }
}
