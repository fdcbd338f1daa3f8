using ModelHub.Domain.Promotions;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Promotions;

public sealed class DecidePromotionTests
{
    [Fact]
    public void Approval_by_the_requester_is_refused()
    {
        var promotion = Awaiting(approvals: 1);

        Assert.Equal(new ApprovalByRequester(), promotion.Approve(Ada, null, Now));
        Assert.Empty(promotion.Approvals);
    }

    [Fact]
    public void A_token_counts_as_who_made_it()
    {
        var asked = Awaiting(approvals: 2);
        var askedByToken = Awaiting(approvals: 2, by: Token("ci", "user:ada"));

        Assert.Equal(new ApprovalByRequester(), asked.Approve(Token("ada-bot", "user:ada"), null, Now));
        Assert.Equal(new ApprovalByRequester(), askedByToken.Approve(Ada, null, Now));
        Assert.Equal(new ApprovalByRequester(), askedByToken.Approve(Token("other", "user:ada"), null, Now));
        Assert.Null(asked.Approve(Bob, null, Now));
        Assert.Equal(new AlreadyDecided("user:bob"), asked.Approve(Token("bob-bot", "user:bob"), null, Now));
        Assert.Equal(new AlreadyDecided("user:bob"), asked.Reject(Token("bob-bot", "user:bob"), null, Now));
    }

    [Fact]
    public void The_same_person_counts_once()
    {
        var promotion = Awaiting(approvals: 2);

        Assert.Null(promotion.Approve(Bob, null, Now));
        Assert.Equal(new AlreadyDecided("user:bob"), promotion.Approve(Bob, null, Now));
        Assert.Single(promotion.Approvals);
    }

    [Fact]
    public void One_rejection_ends_it()
    {
        var promotion = Awaiting(approvals: 2);
        promotion.Approve(Bob, null, Now);

        Assert.Null(promotion.Reject(Eve, "too early", Now));

        Assert.Equal((PromotionState.Rejected, "too early"), (promotion.State, promotion.Reason));
        Assert.Equal(new NotAwaitingApproval(PromotionState.Rejected), promotion.Approve(Actor("cas"), null, Now));
    }

    [Fact]
    public void Before_its_gates_hold_nobody_can_approve_it()
    {
        Assert.Equal(new NotAwaitingApproval(PromotionState.Requested), Asked(approvals: 1).Approve(Bob, null, Now));
    }

    [Fact]
    public void Once_traffic_moves_it_can_no_longer_be_aborted()
    {
        var promotion = Asked();
        promotion.StartGates(Now);
        promotion.StartPlacing(Now);
        promotion.StartShifting(7, Now);

        Assert.Equal(new NotAbortable(PromotionState.Shifting), promotion.Abort(null, Ada, Now));
    }

    [Fact]
    public void No_arrow_leads_out_of_an_end_but_from_live_to_rolled_back()
    {
        var ends = Enum.GetValues<PromotionState>().Where(s => !s.IsOpen());
        var arrows = from end in ends from to in Enum.GetValues<PromotionState>() where end.MayBecome(to) select (end, to);

        Assert.Equal([(PromotionState.Live, PromotionState.RolledBack)], arrows);
    }

    private static ModelHub.Domain.Access.Actor Token(string name, string madeBy) => ModelHub.Domain.Access.Actor.Token(name, madeBy);

    private static ModelHub.Domain.Access.Actor Actor(string name) => ModelHub.Domain.Access.Actor.User(name);

    private static Promotion Awaiting(int approvals, ModelHub.Domain.Access.Actor? by = null)
    {
        var promotion = Promotion.Open(Request(Ready(), ModelHub.Domain.Environments.Policy.Open with { Approvals = approvals }), by ?? Ada, Now).Value;
        promotion.StartGates(Now);
        promotion.AwaitApproval(Now);
        return promotion;
    }
}
