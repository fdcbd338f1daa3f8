using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Promotions;

public sealed class FrozenPromotionTests
{
    private const string Freeze = "the freeze year-end";

    private static readonly CheckInputs Passing = new("unit", CheckState.Pass);

    [Fact]
    public void While_frozen_nobody_may_ask_where_the_policy_refuses_and_may_where_it_waits()
    {
        Assert.IsType<EnvironmentFrozen>(Promotion.Open(Request(Ready(), Frozen(FreezeAction.Refuse)), Ada, Now).Refusal);
        Assert.Null(Promotion.Open(Request(Ready(), Frozen(FreezeAction.Wait)), Ada, Now).Refusal);
        Assert.Null(Promotion.Open(Request(Ready(), Frozen(FreezeAction.Refuse)), Ada, Now.AddDays(2)).Refusal);
    }

    [Fact]
    public void An_emergency_override_lets_it_be_asked_for_and_says_who_and_why()
    {
        var request = Request(Ready(), Frozen(FreezeAction.Refuse)) with { FreezeOverride = "the champion leaks" };

        var promotion = Promotion.Open(request, Ada, Now).Value;

        Assert.Equal(new FreezeOverride("user:ada", "the champion leaks", Now), promotion.FreezeOverride);
        Assert.Equal("reason", Assert.IsType<InvalidInput>(Promotion.Open(request with { FreezeOverride = " " }, Ada, Now).Refusal).Field);
    }

    [Fact]
    public void A_freeze_holds_what_has_no_traffic_yet_until_somebody_answers_for_it()
    {
        var atGates = AtGates();
        var placed = AtGates();
        placed.StartPlacing(Now);
        var facts = Facts() with { Frozen = Freeze };

        Assert.Equal(new PromotionStep.Wait($"the end of {Freeze}"), atGates.Next(facts, Now));
        Assert.Equal(new PromotionStep.Wait($"the end of {Freeze}"), placed.Next(facts, Now));

        Assert.Null(atGates.OverrideFreeze("an outage", Bob, Now));
        Assert.Null(placed.OverrideFreeze("an outage", Bob, Now));

        Assert.IsType<PromotionStep.StartPlacing>(atGates.Next(facts, Now));
        Assert.IsType<PromotionStep.Shift>(placed.Next(facts, Now));
    }

    [Fact]
    public void An_override_opens_no_gate_and_gives_no_approval()
    {
        var failing = new CheckInputs("unit", CheckState.Fail);
        var promotion = AtGates(approvals: 1);
        promotion.OverrideFreeze("an outage", Bob, Now);

        Assert.IsType<PromotionStep.AwaitApproval>(promotion.Next(Facts() with { Frozen = Freeze }, Now));
        Assert.IsType<PromotionStep.Refuse>(promotion.Next(Facts(failing) with { Frozen = Freeze }, Now));
    }

    [Fact]
    public void Once_traffic_moves_there_is_nothing_to_override()
    {
        var promotion = AtGates();
        promotion.StartPlacing(Now);
        promotion.StartShifting(7, Now);

        Assert.Equal(new NoFreezeToOverride(PromotionState.Shifting), promotion.OverrideFreeze("late", Bob, Now));
    }

    [Fact]
    public void A_policy_that_asks_for_more_approvals_now_holds_what_was_asked_for_under_fewer()
    {
        var promotion = AtGates(approvals: 1);
        promotion.AwaitApproval(Now);
        promotion.Approve(Bob, null, Now);

        Assert.IsType<PromotionStep.StartPlacing>(promotion.Next(Facts() with { Approvals = 0 }, Now));
        Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts() with { Approvals = 2 }, Now));
    }

    private static Policy Frozen(FreezeAction action) =>
        Policy.Open with { Freeze = new([], [new("year-end", Now.AddDays(-1), Now.AddDays(1))], action) };

    private static Promotion AtGates(int approvals = 0)
    {
        var promotion = Asked(approvals);
        promotion.StartGates(Now);
        return promotion;
    }

    private static PromotionFacts Facts(GateInputs? gate = null)
    {
        var (node, judged) = (NodeId.New(Now), gate ?? Passing);
        return new(
            [judged], [GateEvidence.Gather(PromotionId.New(Now), judged, "policy", Now)], "policy",
            [new NodeFacts(node, NodeState.Ready, 1_000_000, 0)],
            [new PlacementFacts(node, VersionId.From(Guid.Empty), true, PlacementState.Ready)],
            [], 1_000);
    }
}
