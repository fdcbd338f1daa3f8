using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Promotions;

public enum ApprovalDecision
{
    Approve,
    Reject,
}

public readonly record struct ApprovalId(Guid Value) : IId<ApprovalId>
{
    public static ApprovalId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static ApprovalId From(Guid value) => new(value);
}

public sealed class Approval
{
    private Approval()
    {
    }

    internal Approval(PromotionId promotion, ApprovalDecision decision, string? reason, Actor by, DateTimeOffset now) =>
        (Id, PromotionId, Decision, Reason, By, Person, At) = (ApprovalId.New(now), promotion, decision, reason, by.Value, by.Person, now);

    public ApprovalId Id { get; private set; }

    public PromotionId PromotionId { get; private set; }

    public string By { get; private set; } = "";

    /// <summary>Who answers for it: the one who decided, or who made the token that did. Each person decides once.</summary>
    public string Person { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    public ApprovalDecision Decision { get; private set; }

    public string? Reason { get; private set; }
}
