using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Promotions;

public sealed class NextStepTests
{
    private static readonly NodeId N1 = NodeId.New(Now), N2 = NodeId.New(Now), N3 = NodeId.New(Now);
    private static readonly CheckInputs Passing = new("unit", CheckState.Pass);
    private static readonly CheckInputs Failing = new("unit", CheckState.Fail);
    private static readonly CheckInputs Missing = new("unit", null);

    [Fact]
    public void A_requested_promotion_has_its_gates_judged() =>
        Assert.IsType<PromotionStep.EvaluateGates>(Asked().Next(Facts(Passing), Now));

    [Fact]
    public void Gates_that_hold_lead_to_placing_or_to_approval()
    {
        Assert.IsType<PromotionStep.StartPlacing>(AtGates(0).Next(Judged(Passing), Now));
        Assert.IsType<PromotionStep.AwaitApproval>(AtGates(1).Next(Judged(Passing), Now));
    }

    [Fact]
    public void A_gate_that_fails_refuses_and_names_itself()
    {
        var step = Assert.IsType<PromotionStep.Refuse>(AtGates(0).Next(Judged(Failing), Now));

        Assert.Contains("check:unit", step.Reason);
    }

    [Fact]
    public void An_inconclusive_gate_waits_and_is_refused_at_the_deadline_never_passed()
    {
        var promotion = AtGates(0);

        Assert.IsType<PromotionStep.Wait>(promotion.Next(Judged(Missing), Now.AddHours(23)));
        var late = Now + Promotion.GatesDeadline;
        Assert.IsType<PromotionStep.Refuse>(promotion.Next(Judged(Missing, late), late));
    }

    [Fact]
    public void What_the_gates_see_now_counts_not_what_they_saw()
    {
        var seenPassing = Facts(Failing) with { Evidence = [Evidence(Passing, Now)] };

        Assert.IsType<PromotionStep.EvaluateGates>(AtGates(0).Next(seenPassing, Now));
    }

    [Fact]
    public void Evidence_that_expired_or_was_judged_under_another_policy_is_gathered_again()
    {
        var waiting = AtGates(1);
        waiting.AwaitApproval(Now);

        Assert.IsType<PromotionStep.EvaluateGates>(waiting.Next(Judged(Passing), Now + GateEvidence.Lifetime));
        Assert.IsType<PromotionStep.EvaluateGates>(waiting.Next(Judged(Passing) with { PolicyDigest = "other" }, Now));
    }

    [Fact]
    public void Enough_distinct_approvals_let_it_go_on()
    {
        var promotion = AtGates(2);
        promotion.AwaitApproval(Now);
        promotion.Approve(Bob, null, Now);
        var afterOne = promotion.Next(Judged(Passing), Now);
        promotion.Approve(Eve, null, Now);

        Assert.IsType<PromotionStep.Wait>(afterOne);
        Assert.IsType<PromotionStep.StartPlacing>(promotion.Next(Judged(Passing), Now));
    }

    [Fact]
    public void It_is_placed_on_two_ready_nodes_and_never_on_a_draining_or_lost_one()
    {
        var facts = Judged(Passing) with
        {
            Nodes = [Node(N1), Node(N2, NodeState.Draining), Node(N3, held: 4)],
        };

        var step = Assert.IsType<PromotionStep.Place>(Placing().Next(facts, Now));

        Assert.Equal([N1, N3], step.Nodes);
    }

    [Fact]
    public void It_shifts_only_when_every_chosen_node_is_ready()
    {
        var facts = Judged(Passing) with { Nodes = [Node(N1), Node(N2)] };

        var warming = facts with { Placements = [On(N1, PlacementState.Ready), On(N2, PlacementState.Warming)] };
        var ready = facts with { Placements = [On(N1, PlacementState.Ready), On(N2, PlacementState.Ready)] };

        Assert.IsType<PromotionStep.Wait>(Placing().Next(warming, Now));
        Assert.IsType<PromotionStep.Shift>(Placing().Next(ready, Now));
        Assert.IsType<PromotionStep.Fail>(Placing().Next(warming, Now + Promotion.PlacingDeadline + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_load_that_fails_ends_it_with_the_nodes_reason()
    {
        var facts = Judged(Passing) with
        {
            Nodes = [Node(N1)],
            Placements = [On(N1, PlacementState.Failed) with { Failure = "unknown operator" }],
        };

        Assert.Contains("unknown operator", Assert.IsType<PromotionStep.Fail>(Placing().Next(facts, Now)).Reason);
    }

    [Fact]
    public void A_node_that_is_lost_while_loading_is_replaced()
    {
        var facts = Judged(Passing) with
        {
            Nodes = [Node(N1), Node(N2, NodeState.Lost), Node(N3)],
            Placements = [On(N1, PlacementState.Ready), On(N2, PlacementState.Loading)],
        };

        Assert.Equal([N1, N3], Assert.IsType<PromotionStep.Place>(Placing().Next(facts, Now)).Nodes);
    }

    [Fact]
    public void What_was_taken_off_the_routes_is_wanted_again_before_it_gets_traffic()
    {
        var facts = Judged(Passing) with { Nodes = [Node(N1)], Placements = [On(N1, PlacementState.Ready) with { Retired = 6 }] };

        Assert.Equal([N1], Assert.IsType<PromotionStep.Place>(Placing().Next(facts, Now)).Nodes);
    }

    [Fact]
    public void No_traffic_moves_on_evidence_that_expired_or_that_another_policy_asked_for_while_it_was_loaded()
    {
        var facts = Loaded(Passing);
        var wider = facts with { Gates = [Passing, new CheckInputs("lint", CheckState.Pass)] };

        Assert.IsType<PromotionStep.EvaluateGates>(Placing().Next(facts, Now + GateEvidence.Lifetime));
        Assert.IsType<PromotionStep.EvaluateGates>(Placing().Next(facts with { PolicyDigest = "other" }, Now));
        Assert.IsType<PromotionStep.EvaluateGates>(Placing().Next(wider, Now));
        Assert.IsType<PromotionStep.Shift>(Placing().Next(wider with { Evidence = [.. wider.Gates.Select(gate => Evidence(gate, Now))] }, Now));
    }

    [Fact]
    public void A_loaded_version_fails_on_a_gate_that_fails_now_and_waits_for_one_that_cannot_be_judged_until_the_deadline()
    {
        var late = Now + Promotion.PlacingDeadline + TimeSpan.FromSeconds(1);

        Assert.Contains("check:unit", Assert.IsType<PromotionStep.Fail>(Placing().Next(Loaded(Failing), Now)).Reason);
        Assert.Contains("check:unit", Assert.IsType<PromotionStep.Wait>(Placing().Next(Loaded(Missing), Now)).For);
        Assert.Contains("check:unit", Assert.IsType<PromotionStep.Fail>(Placing().Next(Loaded(Missing, late), late)).Reason);
    }

    [Fact]
    public void It_is_live_when_the_last_living_router_obeys()
    {
        var promotion = Placing();
        promotion.StartShifting(7, Now);
        var obeys = new RouterFacts(RouterId.New(Now), RouterState.Ready, 7, Now.AddMilliseconds(40));
        var late = new RouterFacts(RouterId.New(Now), RouterState.Ready, 8, Now.AddMilliseconds(90));
        var behind = late with { RoutesRevision = 6 };
        var lost = behind with { State = RouterState.Lost };

        Assert.IsType<PromotionStep.Wait>(promotion.Next(Judged(Passing) with { Routers = [obeys, behind] }, Now));
        Assert.IsType<PromotionStep.Wait>(promotion.Next(Judged(Passing) with { Routers = [lost] }, Now));
        Assert.Equal(new PromotionStep.Complete(Now.AddMilliseconds(90)), promotion.Next(Judged(Passing) with { Routers = [obeys, late, lost] }, Now));
    }

    private static Promotion AtGates(int approvals)
    {
        var promotion = Asked(approvals);
        promotion.StartGates(Now);
        return promotion;
    }

    private static Promotion Placing()
    {
        var promotion = AtGates(0);
        promotion.StartPlacing(Now);
        return promotion;
    }

    private static NodeFacts Node(NodeId id, NodeState state = NodeState.Ready, int held = 0) => new(id, state, 1_000_000, held);

    private static PlacementFacts On(NodeId node, PlacementState state) => new(node, VersionId.From(Guid.Empty), true, state);

    private static GateEvidence Evidence(GateInputs gate, DateTimeOffset at) => GateEvidence.Gather(PromotionId.New(Now), gate, "policy", at);

    private static PromotionFacts Judged(GateInputs gate, DateTimeOffset? at = null) => Facts(gate) with { Evidence = [Evidence(gate, at ?? Now)] };

    private static PromotionFacts Loaded(GateInputs gate, DateTimeOffset? at = null) => Judged(gate, at) with { Nodes = [Node(N1)], Placements = [On(N1, PlacementState.Ready)] };

    private static PromotionFacts Facts(GateInputs gate) => new([gate], [], "policy", [], [], [], 1_000);
}
