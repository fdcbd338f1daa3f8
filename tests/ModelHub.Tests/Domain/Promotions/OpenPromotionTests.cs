using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Promotions;

public sealed class OpenPromotionTests
{
    [Fact]
    public void A_version_that_is_not_ready_is_refused()
    {
        Assert.Equal(new VersionNotReady("risk.credit-scoring", 1, VersionState.Pending), RefusalOf(Request(Registered())));
    }

    [Fact]
    public void A_version_without_signature_is_refused()
    {
        var pickle = Registered();
        pickle.Accept(null, [], new ArtifactScan(ScanVerdict.Clean, []), Now);

        Assert.IsType<VersionNotServable>(RefusalOf(Request(pickle)));
    }

    [Fact]
    public void A_second_promotion_into_the_same_endpoint_is_refused_and_names_the_first()
    {
        var first = PromotionId.New(Now);

        Assert.Equal(new PromotionInProgress(first), RefusalOf(Request(Ready()) with { InProgress = first }));
    }

    [Fact]
    public void The_version_that_has_the_traffic_is_refused()
    {
        var version = Ready();

        Assert.IsType<VersionAlreadyLive>(RefusalOf(Request(version) with { Current = version.Id }));
    }

    [Theory]
    [InlineData("canaries")]
    [InlineData("Blue-Green")]
    public void A_plan_that_is_not_supported_is_refused_and_never_ignored(string plan)
    {
        Assert.Equal(new PlanNotSupported(plan), RefusalOf(Request(Ready()) with { Plan = plan }));
    }

    [Fact]
    public void A_plan_is_kept_whole_and_a_stage_that_cannot_be_run_is_refused()
    {
        var own = new RolloutPlan("own", [.. RolloutPlan.Canary.Stages]);

        var promotion = Promotion.Open(Request(Ready()) with { Rollout = own }, Ada, Now).Value;

        Assert.Equal(("own", own), (promotion.Plan, promotion.Rollout));
        var labelled = new RolloutPlan("labelled", [new Stage.Shadow(100, 100, TimeSpan.FromHours(1), new StageLimits(MinQuality: 0.7)), new Stage.Live()]);
        Assert.Equal("plan.stages[0].limits.minQuality", Assert.IsType<InvalidInput>(RefusalOf(Request(Ready()) with { Rollout = labelled })).Field);
        Assert.Null(RefusalOf(Request(Ready()) with { Plan = "shadow-canary" }));
        Assert.Equal("plan", Assert.IsType<InvalidInput>(RefusalOf(Request(Ready()) with { Plan = "canary", Rollout = own })).Field);
    }

    [Fact]
    public void An_opened_promotion_keeps_what_the_policy_asked_for_and_what_it_replaces()
    {
        var (champion, candidate) = (Ready(1), Ready(2));

        var promotion = Promotion.Open(Request(candidate, ModelHub.Domain.Environments.Policy.Open with { Approvals = 2 }) with { Current = champion.Id }, Ada, Now).Value;

        Assert.Equal((PromotionState.Requested, 2, champion.Id), (promotion.State, promotion.ApprovalsRequired, promotion.ReplacesId));
    }

    private static Refusal? RefusalOf(PromotionRequest request) => Promotion.Open(request, Ada, Now).Refusal;
}
