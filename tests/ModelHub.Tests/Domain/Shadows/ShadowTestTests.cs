using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using Xunit;
using static ModelHub.Tests.Domain.Sample;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Tests.Domain.Shadows;

public sealed class ShadowTestTests
{
    private const string Model = "risk.credit-scoring";
    private readonly ModelHub.Domain.Models.Version champion = Ready(1);
    private readonly ModelHub.Domain.Models.Version candidate = Ready(2);
    private readonly Endpoint endpoint = Endpoint.Open(ModelId.New(Now), EnvironmentId.New(Now), Now);

    public ShadowTestTests() => endpoint.Shift(champion.Id, 1, Now, Now);

    [Fact]
    public void An_opened_test_mirrors_to_the_candidate_and_leaves_traffic_as_it_is()
    {
        var test = ShadowTest.Open(Request() with { Options = ShadowOptions.Default with { Percent = 25 } }, Ada, Now).Value;

        var shadow = endpoint.Variants.Single(v => v.Id == test.VariantId);
        Assert.Equal((VariantRole.Shadow, 25.0, (double?)null, candidate.Id), (shadow.Role, shadow.SamplingPercent, shadow.Weight, shadow.VersionId));
        Assert.Equal((champion.Id, 100.0), (endpoint.Primary()!.VersionId, endpoint.Primary()!.Weight));
        Assert.Equal((ShadowTestState.Placing, champion.Id, candidate.Id), (test.State, test.AgainstId, test.VersionId));
    }

    [Fact]
    public void What_cannot_be_tested_is_refused()
    {
        Assert.IsType<VersionNotReady>(RefusalOf(Request() with { Version = Registered(3) }));
        Assert.IsType<VersionAlreadyLive>(RefusalOf(Request() with { Version = champion }));
        Assert.IsType<NothingToCompareWith>(RefusalOf(Request() with { Endpoint = Endpoint.Open(ModelId.New(Now), EnvironmentId.New(Now), Now) }));
        Assert.IsType<AlreadyShadowed>(RefusalOf(Request() with { UnderTest = [candidate.Id] }));
        Assert.IsType<TooManyShadows>(RefusalOf(Request() with { UnderTest = [.. Enumerable.Range(0, ShadowTest.MostAtOnce).Select(_ => VersionId.New(Now))] }));
    }

    public static TheoryData<string, ShadowOptions> Unsound => new()
    {
        { "percent", ShadowOptions.Default with { Percent = 0 } },
        { "percent", ShadowOptions.Default with { Percent = double.NaN } },
        { "minimumSamples", ShadowOptions.Default with { MinimumSamples = 0 } },
        { "maximumTime", ShadowOptions.Default with { MaximumTime = TimeSpan.FromSeconds(0.5) } },
        { "tolerance", ShadowOptions.Default with { Tolerance = new(-1, 0) } },
        { "limits", ShadowOptions.Default with { Limits = new() } },
        { "limits.maxClassFlipRate", ShadowOptions.Default with { Limits = new(MaxClassFlipRate: 1.5) } },
        { "limits.maxP99Ratio", ShadowOptions.Default with { Limits = new(MaxP99Ratio: double.NaN) } },
        { "segment", ShadowOptions.Default with { Segment = "" } },
        { "redacted", ShadowOptions.Default with { Redacted = ["\n"] } },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void An_option_that_is_unsound_is_refused_by_its_name(string field, ShadowOptions options) =>
        Assert.Equal(field, Assert.IsType<InvalidInput>(RefusalOf(Request() with { Options = options })).Field);

    [Fact]
    public void A_stage_of_a_plan_is_judged_by_its_limits_and_refused_what_a_shadow_cannot_tell()
    {
        var stage = Assert.IsType<Stage.Shadow>(RolloutPlan.ShadowCanary.Stages[0]);

        var options = stage.Options("plan.stages[0]").Value;
        var shift = (stage with { Limits = new(MaxPredictionShift: 0.1) }).Options("plan.stages[0]").Refusal;

        Assert.Null(options.Check());
        Assert.Equal((100, 500, 0.05, 0.01), (options.Percent, options.MinimumSamples, Math.Round(options.Limits.MaxDifferenceRate!.Value, 9), options.Limits.MaxErrorRate));
        Assert.Equal("plan.stages[0].limits.maxPredictionShift", Assert.IsType<InvalidInput>(shift).Field);
    }

    [Fact]
    public void It_runs_when_a_node_is_ready_and_passes_when_enough_was_found()
    {
        var test = Opened();
        Assert.IsType<ShadowStep.Wait>(test.Next(Facts(test), Now));
        Assert.IsType<ShadowStep.Run>(test.Next(Facts(test) with { Placements = [Held(PlacementState.Ready)] }, Now));
        test.Run(Now);

        Assert.IsType<ShadowStep.Wait>(test.Next(Facts(test) with { Found = Found(99) }, Now));
        var end = Assert.IsType<ShadowStep.End>(test.Next(Facts(test) with { Found = Found(100) }, Now));
        test.End(end.Judgement, Found(100), Now);

        Assert.Equal((ShadowTestState.Passed, Verdict.Pass, Now), (test.State, test.Verdict, test.EndedAt));
        Assert.Equal(ShadowJudge.Judge(test.Found!, test.Options).Findings, test.Findings);
    }

    [Fact]
    public void Time_that_is_over_without_enough_samples_is_inconclusive_and_never_a_pass()
    {
        var test = Opened();
        test.Run(Now);

        var end = Assert.IsType<ShadowStep.End>(test.Next(Facts(test) with { Found = Found(99) }, Now + test.Options.MaximumTime));

        Assert.Equal(Verdict.Inconclusive, end.Judgement.Verdict);
    }

    [Fact]
    public void Another_primary_ends_it_without_a_pass_whatever_was_found()
    {
        var test = Opened();
        test.Run(Now);

        var end = Assert.IsType<ShadowStep.End>(test.Next(Facts(test) with { Primary = VersionId.New(Now), Found = Found(100) }, Now));

        Assert.Equal((Verdict.Inconclusive, "another version has the traffic now"), (end.Judgement.Verdict, end.Judgement.Reason));
    }

    [Fact]
    public void What_cannot_be_loaded_fails_and_what_is_not_loaded_in_time_tells_nothing()
    {
        var test = Opened();

        var failed = Assert.IsType<ShadowStep.End>(test.Next(Facts(test) with { Placements = [Held(PlacementState.Failed) with { Failure = "no such operator" }] }, Now));
        var late = Assert.IsType<ShadowStep.End>(test.Next(Facts(test) with { Placements = [Held(PlacementState.Loading)] }, Now + ShadowTest.PlacingDeadline + TimeSpan.FromSeconds(1)));

        Assert.Equal((Verdict.Fail, "it cannot be loaded: no such operator"), (failed.Judgement.Verdict, failed.Judgement.Reason));
        Assert.Equal(Verdict.Inconclusive, late.Judgement.Verdict);
    }

    [Fact]
    public void It_stops_with_its_promotion_and_by_hand_and_only_once()
    {
        var test = Opened();
        Assert.IsType<ShadowStep.Stop>(test.Next(Facts(test) with { PromotionHasEnded = true }, Now));

        Assert.Null(test.Stop(null, Comparison.None, Now));

        Assert.Equal((ShadowTestState.Stopped, null), (test.State, test.Verdict));
        Assert.IsType<ShadowTestEnded>(test.Stop(null, Comparison.None, Now));
        Assert.Throws<InvalidOperationException>(() => test.Run(Now));
    }

    [Fact]
    public void One_beside_a_canary_compares_until_its_stage_ends_it_however_clear_the_verdict_is()
    {
        var canary = new Stage.Canary(20, TimeSpan.Zero, 100, TimeSpan.FromMinutes(1), new StageLimits(MinAgreement: 0.9));
        var test = ShadowTest.Open(Request() with { Options = canary.Comparison() }, Ada, Now).Value;
        var late = Now + ShadowTest.PlacingDeadline + TimeSpan.FromDays(1);

        Assert.Equal((20.0, 0.1, 100), (test.Options.Percent, Math.Round(test.Options.Limits.MaxDifferenceRate!.Value, 9), test.Options.MinimumSamples));
        Assert.Null(test.Options.Check());
        Assert.IsType<ShadowStep.Wait>(test.Next(Facts(test) with { Placements = [Held(PlacementState.Loading)] }, late));
        Assert.IsType<ShadowStep.Run>(test.Next(Facts(test) with { Placements = [Held(PlacementState.Ready)] }, Now));
        test.Run(Now);
        Assert.IsType<ShadowStep.Wait>(test.Next(Facts(test) with { Found = Found(1_000) }, late));
        Assert.IsType<ShadowStep.Stop>(test.Next(Facts(test) with { PromotionHasEnded = true }, Now));
    }

    [Fact]
    public void A_shadow_ends_without_touching_the_traffic()
    {
        var test = Opened();

        endpoint.EndMirror(test.VariantId, Now, Now);

        Assert.Equal([champion.Id], endpoint.Variants.Where(v => v.ValidTo is null).Select(v => v.VersionId));
    }

    private ShadowTest Opened() => ShadowTest.Open(Request(), Ada, Now).Value;

    private ShadowRequest Request() => new(candidate, Model, "production", endpoint, [], ShadowOptions.Default with { MinimumSamples = 100 });

    private ShadowFacts Facts(ShadowTest test) => new(test.AgainstId, true, false, [], Comparison.None);

    private PlacementFacts Held(PlacementState state) => new(NodeId.New(Now), candidate.Id, true, state);

    private static Comparison Found(long compared) => Comparison.None with { Pairs = PairCounts.None with { Compared = compared, Rows = compared } };

    private static Refusal? RefusalOf(ShadowRequest request) => ShadowTest.Open(request, Ada, Now).Refusal;
}
