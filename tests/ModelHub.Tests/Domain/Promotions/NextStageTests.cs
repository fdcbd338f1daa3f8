using ModelHub.Domain.Access;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using Xunit;
using static ModelHub.Tests.Domain.Sample;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Tests.Domain.Promotions;

public sealed class NextStageTests
{
    private static readonly NodeId Node = NodeId.New(Now);
    private static readonly CheckInputs Passing = new("unit", CheckState.Pass);
    private static readonly RouterFacts Obeys = new(RouterId.New(Now), RouterState.Ready, 7, Now.AddMilliseconds(30));
    private static readonly StageLimits Limits = new(MaxErrorRate: 0.05);
    private static readonly RolloutPlan Plan = new("two", [Canary(10), Canary(50), new Stage.Live()]);

    [Fact]
    public void The_first_stage_follows_when_the_candidate_is_ready_and_a_first_version_has_none()
    {
        var promotion = Placing();

        Assert.Equal(new PromotionStep.EnterStage(0), promotion.Next(Facts(), Now));
        Assert.IsType<PromotionStep.Shift>(promotion.Next(Facts() with { HasPrimary = false }, Now));
    }

    [Fact]
    public void It_begins_when_the_last_living_router_obeys()
    {
        var promotion = InStage(began: false);

        Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts() with { Routers = [Obeys, Obeys with { RoutesRevision = 6 }] }, Now));
        Assert.Equal(new PromotionStep.BeginStage(Now.AddMilliseconds(30)), promotion.Next(Facts(), Now));
    }

    [Fact]
    public void A_stage_that_passes_leads_to_the_next_and_the_last_to_all_traffic()
    {
        var promotion = InStage();

        Assert.Equal(1, Assert.IsType<PromotionStep.EnterStage>(promotion.Next(Facts(Good), Now)).Index);
        Enter(promotion, 1);
        var shift = Assert.IsType<PromotionStep.Shift>(promotion.Next(Facts(Good), Now));
        Assert.Equal(Verdict.Pass, shift.Judged!.Verdict.Verdict);
    }

    [Fact]
    public void A_stage_that_fails_goes_back_even_when_paused_skipped_or_not_begun()
    {
        var (paused, skipped) = (InStage(), InStage());
        paused.Pause(null, Ada, Now);
        skipped.SkipStage(null, Ada, Now);

        foreach (var promotion in (Promotion[])[InStage(), InStage(began: false), paused, skipped])
            Assert.Equal(Verdict.Fail, Assert.IsType<PromotionStep.RollBack>(promotion.Next(Facts(Bad), Now)).Judged.Verdict.Verdict);
    }

    [Fact]
    public void An_inconclusive_stage_waits_and_at_its_time_holds_until_somebody_resumes_or_skips_it()
    {
        var promotion = InStage();
        var late = Now + TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1);

        Assert.Contains("100 requests to the candidate", Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts(Few), Now)).For, StringComparison.Ordinal);
        var hold = Assert.IsType<PromotionStep.Hold>(promotion.Next(Facts(Few), late));
        promotion.Hold(hold.Judged.Verdict.Reason, late);
        Assert.True(promotion.Held);
        Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts(Good), late));
        Assert.Null(promotion.Resume(Ada, late));
        Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts(Few), late));
        Assert.IsType<PromotionStep.EnterStage>(promotion.Next(Facts(Good), late));
    }

    [Fact]
    public void A_stage_that_asks_for_agreement_compares_once_and_anew_when_that_was_stopped_and_it_is_resumed()
    {
        var asking = Limits with { MinAgreement = 0.9 };
        var promotion = InStage(Canary(10) with { Limits = asking });
        var seen = Good with { Limits = asking };

        Assert.Equal(new PromotionStep.Compare(), promotion.Next(Facts(seen), Now));
        var test = Comparison(promotion);
        Assert.Contains("minAgreement: no data", Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts(seen) with { Shadow = test }, Now)).For, StringComparison.Ordinal);
        Assert.IsType<PromotionStep.EnterStage>(promotion.Next(Facts(seen with { Agreed = new(100, 100, 0) }) with { Shadow = test }, Now));
        Assert.IsType<PromotionStep.RollBack>(promotion.Next(Facts(seen with { Agreed = new(10, 10, 10) }) with { Shadow = test }, Now));
        Assert.Null(test.Stop(null, ModelHub.Domain.Shadows.Comparison.None, Now.AddSeconds(1)));
        Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts(seen) with { Shadow = test }, Now));
        promotion.Pause(null, Ada, Now.AddSeconds(2));
        promotion.Resume(Ada, Now.AddSeconds(3));
        Assert.IsType<PromotionStep.Compare>(promotion.Next(Facts(seen) with { Shadow = test }, Now.AddSeconds(3)));
    }

    [Fact]
    public void Nothing_is_compared_for_a_stage_that_does_not_ask_for_it_or_whose_time_is_over()
    {
        var asking = Limits with { MinAgreement = 0.9 };

        Assert.IsType<PromotionStep.Wait>(InStage().Next(Facts(Few), Now));
        Assert.IsType<PromotionStep.Hold>(InStage(Canary(10) with { Limits = asking }).Next(Facts(Few with { Limits = asking }), Now.AddDays(1)));
    }

    [Fact]
    public void A_paused_one_goes_no_further_until_it_is_resumed()
    {
        var promotion = InStage();
        Assert.Null(promotion.Pause("a look at it", Ada, Now));

        Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts(Good), Now.AddDays(1)));
        Assert.IsType<NotPausable>(promotion.Pause(null, Ada, Now));
        Assert.Null(promotion.Resume(Ada, Now));
        Assert.IsType<NotPaused>(promotion.Resume(Ada, Now));
        Assert.IsType<PromotionStep.EnterStage>(promotion.Next(Facts(Good), Now));
    }

    [Fact]
    public void A_skipped_stage_is_on_record_with_who_skipped_it()
    {
        var promotion = InStage();
        Assert.Null(promotion.SkipStage("known to be fine", Ada, Now));
        Assert.IsType<NoStageToSkip>(promotion.SkipStage(null, Ada, Now));

        Assert.Equal(new PromotionStep.EnterStage(1), promotion.Next(Facts(Few), Now));
        Enter(promotion, 1);

        var skipped = promotion.Stages[0];
        Assert.Equal((StageOutcome.Skipped, Ada.Value, "known to be fine"), (skipped.Outcome, skipped.By, skipped.Reason));
        Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts(Few), Now));
    }

    [Fact]
    public void More_traffic_needs_gates_that_hold_and_nodes_that_are_ready()
    {
        var promotion = InStage();
        var failing = new CheckInputs("unit", CheckState.Fail);

        Assert.IsType<PromotionStep.EvaluateGates>(promotion.Next(Facts(Good) with { Gates = [failing] }, Now));
        Assert.IsType<PromotionStep.TakeBack>(promotion.Next(Facts(Good) with { Gates = [failing], Evidence = [Evidence(failing)] }, Now));
        Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts(Good) with { Placements = [On(PlacementState.Loading)] }, Now));
        Assert.IsType<PromotionStep.Wait>(promotion.Next(Facts(Good) with { Placements = [] }, Now));
    }

    [Fact]
    public void It_can_be_aborted_in_a_stage_and_not_when_all_traffic_has_moved()
    {
        var rolling = InStage();
        var shifting = InStage();
        shifting.StartShifting(8, Now);

        Assert.Null(rolling.Abort("no", Ada, Now));
        Assert.Equal((PromotionState.Aborted, StageOutcome.Aborted, Ada.Value), (rolling.State, rolling.Stages[0].Outcome, rolling.Stages[0].By));
        Assert.IsType<NotAbortable>(shifting.Abort("no", Ada, Now));
    }

    [Fact]
    public void A_watched_version_is_live_at_the_end_and_rolled_back_at_a_breach()
    {
        var watched = Watched();

        Assert.IsType<PromotionStep.Wait>(watched.Next(Facts(Watching(Traffic(500), TimeSpan.FromSeconds(30))), Now.AddSeconds(30)));
        Assert.IsType<PromotionStep.RollBack>(watched.Next(Facts(Watching(Traffic(5, 5), TimeSpan.FromSeconds(1))), Now.AddSeconds(1)));
        var end = Assert.IsType<PromotionStep.EndWatch>(watched.Next(Facts(Watching(Traffic(500), TimeSpan.FromMinutes(1))), Now.AddMinutes(1)));
        Assert.Equal(Verdict.Pass, end.Judged.Verdict.Verdict);
    }

    [Fact]
    public void A_watch_without_requests_ends_without_ever_passing()
    {
        var over = Now + TimeSpan.FromMinutes(1) + Promotion.WatchGrace + TimeSpan.FromSeconds(1);

        var end = Assert.IsType<PromotionStep.EndWatch>(Watched().Next(Facts(Watching(TrafficSum.None, TimeSpan.FromMinutes(1))), over));

        Assert.Equal(Verdict.Inconclusive, end.Judged.Verdict.Verdict);
    }

    [Fact]
    public void A_blocked_version_is_refused_with_who_and_why()
    {
        var block = VersionBlock.Put(VersionId.New(Now), ModelHub.Domain.Environments.EnvironmentId.New(Now), null, "all failed", Actor.System("worker"), Now);

        var refused = Assert.IsType<VersionBlocked>(Promotion.Open(Request(Ready()) with { Block = block }, Ada, Now).Refusal);

        Assert.Equal(("system:worker", "all failed"), (refused.By, refused.Why));
    }

    [Fact]
    public void Shares_add_up_and_come_back()
    {
        var (endpoint, first, second) = (Endpoint.Open(ModelId.New(Now), ModelHub.Domain.Environments.EnvironmentId.New(Now), Now), VersionId.New(Now), VersionId.New(Now));
        endpoint.Shift(first, 2, Now, Now);

        foreach (var weight in (double[])[10, 33.33, 0.01, 99.99])
        {
            endpoint.Split(second, weight, 2, Now);
            Assert.Equal((weight, 100), (endpoint.Canary()!.Weight!.Value, Math.Round(endpoint.Canary()!.Weight!.Value + endpoint.Primary()!.Weight!.Value, 9)));
        }
        endpoint.TakeBack(Now);
        Assert.Null(endpoint.TakeBack(Now));

        Assert.Equal((100, first), (endpoint.Primary()!.Weight, endpoint.Primary()!.VersionId));
        Assert.Single(endpoint.Variants, v => v.ValidTo is null);
    }

    private static Stage.Canary Canary(double weight) => new(weight, TimeSpan.FromSeconds(10), 100, TimeSpan.FromMinutes(10), Limits);

    /// <summary>What the worker opens beside a stage of it.</summary>
    private static ShadowTest Comparison(Promotion promotion)
    {
        var endpoint = Endpoint.Open(ModelId.New(Now), ModelHub.Domain.Environments.EnvironmentId.New(Now), Now);
        endpoint.Shift(VersionId.New(Now), 1, Now, Now);
        var options = ((Stage.Canary)promotion.CurrentStage()!).Comparison();
        return ShadowTest.Open(new(Ready(), "risk.credit", "staging", endpoint, [], options, promotion.Id), Ada, Now).Value;
    }

    private static Promotion Placing(WatchPolicy? watch = null, RolloutPlan? plan = null)
    {
        var promotion = Promotion.Open(Request(Ready()) with { Rollout = plan ?? Plan, Watch = watch }, Ada, Now).Value;
        promotion.StartGates(Now);
        promotion.StartPlacing(Now);
        return promotion;
    }

    private static Promotion InStage(bool began = true)
    {
        var promotion = Placing();
        Enter(promotion, 0, began);
        return promotion;
    }

    private static Promotion InStage(Stage.Canary stage)
    {
        var promotion = Placing(plan: new RolloutPlan("one", [stage, Canary(50), new Stage.Live()]));
        Enter(promotion, 0);
        return promotion;
    }

    private static Promotion Watched()
    {
        var promotion = Placing(new WatchPolicy(TimeSpan.FromMinutes(1), Limits));
        promotion.StartShifting(7, Now);
        promotion.Complete(Now, Now);
        return promotion;
    }

    private static void Enter(Promotion promotion, int index, bool began = true)
    {
        promotion.EnterStage(index, 7, Now);
        if (began)
            promotion.BeginStage(Now, Now);
    }

    private static readonly TrafficSum Plenty = Traffic(900);
    private static readonly StageFacts Good = Seen(Traffic(200), 10);
    private static readonly StageFacts Few = Seen(Traffic(20), 10);
    private static readonly StageFacts Bad = Seen(Traffic(20, 20), 1);

    private static StageFacts Seen(TrafficSum candidate, int seconds) =>
        new(Limits, 100, TimeSpan.FromSeconds(10), Now, Now, Now.AddSeconds(seconds).AddDays(30), new(candidate, Plenty), new(TrafficSum.None, TrafficSum.None), []);

    private static StageFacts Watching(TrafficSum candidate, TimeSpan seen) =>
        new(Limits, Promotion.WatchSamples, TimeSpan.FromMinutes(1), Now, Now, Now + seen, new(candidate, null), new(TrafficSum.None, null), []);

    private static TrafficSum Traffic(long requests, long errors = 0) => new(requests, errors, new(200, [requests]));

    private static PlacementFacts On(PlacementState state) => new(Node, VersionId.From(Guid.Empty), true, state);

    private static GateEvidence Evidence(GateInputs gate) => GateEvidence.Gather(PromotionId.New(Now), gate, "policy", Now);

    private static PromotionFacts Facts(StageFacts? stage = null) => new(
        [Passing], [Evidence(Passing)], "policy", [new(Node, NodeState.Ready, 1_000_000, 0)], [On(PlacementState.Ready)], [Obeys], 1_000, HasPrimary: true, Stage: stage);
}
