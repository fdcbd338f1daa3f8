using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Xunit;
using static ModelHub.Tests.Domain.Experiments.StatisticsTests;
using static ModelHub.Tests.Domain.Sample;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Domain.Experiments;

public sealed class ExperimentTests
{
    private const string Model = "risk.credit-scoring";
    private readonly Version champion = Ready(1);
    private readonly Version candidate = Ready(2);
    private readonly Endpoint endpoint = Endpoint.Open(ModelId.New(Now), EnvironmentId.New(Now), Now);

    public ExperimentTests() => endpoint.Shift(champion.Id, 2, Now, Now);

    [Fact]
    public void An_opened_experiment_holds_its_arms_without_traffic_and_counts_the_live_version_as_the_control()
    {
        var experiment = Experiment.Open(Request() with { Arms = [new("new", candidate, 30), new("old", champion, 70)] }, Ada, Now).Value;

        Assert.Equal([("old", 70.0), ("new", 30.0)], experiment.Arms.OrderBy(a => a.Number).Select(a => (a.Name, a.Share)));
        Assert.Equal(endpoint.Primary()!.Id, experiment.Control.VariantId);
        var arm = endpoint.Variants.Single(v => v.Role == VariantRole.Arm);
        Assert.Equal((candidate.Id, 0.0, 100.0), (arm.VersionId, arm.Weight, endpoint.Primary()!.Weight));
    }

    public static TheoryData<string, Func<ExperimentTests, ExperimentRequest>> Unsound => new()
    {
        { "arms", t => t.Request() with { Arms = [new("a", t.champion, 99)] } },
        { "arms", t => t.Request() with { Arms = [.. Enumerable.Range(1, 9).Select(i => new AskedArm($"a{i}", Ready(i), 11))] } },
        { "arms.name", t => t.Arms(("Old", 50), ("new", 50)) },
        { "arms.name", t => t.Arms(("same", 50), ("same", 50)) },
        { "arms.version", t => t.Request() with { Arms = [new("a", t.champion, 50), new("b", t.champion, 50)] } },
        { "arms.share", t => t.Arms(("old", 50), ("new", 40)) },
        { "arms.share", t => t.Arms(("old", 100), ("new", 0)) },
        { "arms.share", t => t.Arms(("old", double.NaN), ("new", 50)) },
        { "key.name", t => t.Request() with { Options = ExperimentOptions.Default with { Key = new(StickySource.Header, "no header") } } },
        { "key.name", t => t.Request() with { Options = ExperimentOptions.Default with { Key = new(StickySource.Cookie, "a;b") } } },
        { "alpha", t => t.Request() with { Options = ExperimentOptions.Default with { Alpha = double.NaN } } },
        { "alpha", t => t.Request() with { Options = ExperimentOptions.Default with { Alpha = 0.5 } } },
        { "minimumSamples", t => t.Request() with { Options = ExperimentOptions.Default with { MinimumSamples = 29 } } },
        { "maximumTime", t => t.Request() with { Options = ExperimentOptions.Default with { MaximumTime = TimeSpan.FromDays(91) } } },
        { "metric.output", t => t.Request() with { Options = ExperimentOptions.Default with { Metric = new(MetricSource.Answer) } } },
        { "metric.output", t => t.Request() with { Options = ExperimentOptions.Default with { Metric = new(MetricSource.Answer, "nowhere") } } },
        { "metric.output", t => t.Request() with { Options = ExperimentOptions.Default with { Metric = new(MetricSource.Labels, "y") } } },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void What_is_unsound_is_refused_by_its_name(string field, Func<ExperimentTests, ExperimentRequest> request)
    {
        var refused = Assert.IsType<InvalidInput>(RefusalOf(request(this)));

        Assert.Equal(field, refused.Field);
        Assert.Single(endpoint.Variants);
    }

    [Fact]
    public void What_cannot_be_an_arm_is_refused()
    {
        var other = Registered(3);
        other.Accept(Credit with { Inputs = [new TensorSpec("other", "FP32", [-1, 1])] }, [], ArtifactScan.NotApplicable, Now);
        ExperimentRequest With(AskedArm arm) => Request() with { Arms = [new("old", champion, 50), arm] };

        Assert.IsType<VersionNotReady>(RefusalOf(With(new("new", Registered(4), 50))));
        Assert.IsType<ArmNotCompatible>(RefusalOf(With(new("new", other, 50))));
        Assert.IsType<VersionBlocked>(RefusalOf(With(new("new", candidate, 50, VersionBlock.Put(candidate.Id, EnvironmentId.New(Now), null, "bad", Ada, Now)))));
        Assert.IsType<ControlNotLive>(RefusalOf(Request() with { Arms = [new("a", candidate, 50), new("b", Ready(5), 50)] }));
        Assert.IsType<NothingLive>(RefusalOf(Request() with { Endpoint = null }));
        Assert.IsType<ExperimentInProgress>(RefusalOf(Request() with { InProgress = ExperimentId.New(Now) }));
        Assert.IsType<PromotionInProgress>(RefusalOf(Request() with { Promotion = PromotionId.New(Now) }));
    }

    [Fact]
    public void Keys_are_dealt_only_when_every_arm_is_ready()
    {
        var experiment = Opened();

        Assert.Equal(new ExperimentStep.Wait("nodes that load and warm new"), experiment.Next(Facts(Placed(champion), Placed(candidate, PlacementState.Warming)), Now));
        Assert.IsType<ExperimentStep.Run>(experiment.Next(Facts(Placed(champion), Placed(candidate)), Now));
        Assert.Contains("cannot be loaded", Ended(experiment.Next(Facts(Placed(champion), Placed(candidate, PlacementState.Failed)), Now)).Reason, StringComparison.Ordinal);
        Assert.Contains("not ready in time", Ended(experiment.Next(Facts(Placed(champion)), Now + Experiment.PreparingDeadline + TimeSpan.FromSeconds(1))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_add_up_while_it_runs_and_the_control_has_all_afterwards()
    {
        var experiment = Running();

        Assert.Equal([50.0, 50.0], endpoint.Variants.Where(v => v.ValidTo is null).Select(v => v.Weight!.Value));

        experiment.End(Ended(experiment.Next(Facts() with { Totals = [Rate(0, 1_000, 0.1), Rate(1, 1_000, 0.2)] }, Now)), Now);
        endpoint.EndArms(experiment.Winner!.VersionId, Now + Experiment.KeepWarm, Now);

        Assert.Equal(("new", Verdict.Pass, ExperimentState.Concluded), (experiment.Winner.Name, experiment.Verdict, experiment.State));
        Assert.Equal((champion.Id, 100.0), (endpoint.Variants.Single(v => v.ValidTo is null).VersionId, endpoint.Primary()!.Weight));
        Assert.Equal(Now + Experiment.KeepWarm, endpoint.Variants.Single(v => v.Role == VariantRole.Arm).KeepWarmUntil);
    }

    [Fact]
    public void Another_decision_about_the_traffic_ends_it_without_a_winner_though_one_was_ahead()
    {
        var experiment = Running();
        endpoint.Split(Ready(3).Id, 10, 1, Now);

        var ended = Ended(experiment.Next(Facts() with { ArmsHold = false, Totals = [Rate(0, 1_000, 0.1), Rate(1, 1_000, 0.9)] }, Now));

        Assert.Equal((Verdict.Inconclusive, "another decision took the traffic"), (ended.Verdict, ended.Reason));
        Assert.Equal([90.0, 10.0], endpoint.Variants.Where(v => v.ValidTo is null).Select(v => v.Weight!.Value));
    }

    [Fact]
    public void What_is_undecided_at_its_time_stays_so()
    {
        var experiment = Running();
        var facts = Facts() with { Totals = [Rate(0, 1_000, 0.1), Rate(1, 1_000, 0.11)] };

        Assert.IsType<ExperimentStep.Wait>(experiment.Next(facts, Now + experiment.Options.MaximumTime - TimeSpan.FromSeconds(1)));
        Assert.Equal(Verdict.Inconclusive, Ended(experiment.Next(facts, Now + experiment.Options.MaximumTime)).Verdict);
    }

    [Fact]
    public void A_stopped_experiment_has_no_verdict_and_no_winner_and_ends_once()
    {
        var experiment = Running();

        Assert.Null(experiment.Stop(null, [Rate(0, 1_000, 0.1), Rate(1, 1_000, 0.9)], Now));

        Assert.Equal((ExperimentState.Stopped, (Verdict?)null, (ExperimentArm?)null), (experiment.State, experiment.Verdict, experiment.Winner));
        Assert.IsType<ExperimentEnded>(experiment.Stop(null, [], Now));
        Assert.IsType<ExperimentStep.Wait>(experiment.Next(Facts(), Now));
    }

    [Theory]
    [InlineData(null, null, 1, "labels")]
    [InlineData("k", "r", 1, "labels")]
    [InlineData("", null, 1, "labels.key")]
    [InlineData(null, "", 1, "labels.request")]
    [InlineData("k", null, double.NaN, "labels.value")]
    [InlineData("k", null, double.NegativeInfinity, "labels.value")]
    [InlineData("k", null, 1e13, "labels.value")]
    public void A_label_that_is_none_is_refused_by_its_name(string? key, string? request, double value, string field) =>
        Assert.Equal(field, Assert.IsType<InvalidInput>(ExperimentLabel.Check(key, request, value)).Field);

    private ExperimentRequest Request() => new(
        Model, "production", endpoint, [new("old", champion, 50), new("new", candidate, 50)], ExperimentOptions.Default, null, null, new byte[Experiment.SaltBytes]);

    private ExperimentRequest Arms((string Name, double Share) first, (string Name, double Share) second) =>
        Request() with { Arms = [new(first.Name, champion, first.Share), new(second.Name, candidate, second.Share)] };

    private static Refusal RefusalOf(ExperimentRequest request) => Experiment.Open(request, Ada, Now).Refusal!;

    private Experiment Opened() => Experiment.Open(Request(), Ada, Now).Value;

    private Experiment Running()
    {
        var experiment = Opened();
        experiment.Run(Now);
        endpoint.Divide(experiment.Arms.ToDictionary(a => a.VariantId, a => a.Share), Now);
        return experiment;
    }

    private ExperimentFacts Facts(params PlacementFacts[] placements) => new(champion.Id, true, placements, [new(0, 0, 0), new(1, 0, 0)]);

    private static PlacementFacts Placed(Version version, PlacementState state = PlacementState.Ready) => new(NodeId.New(Now), version.Id, true, state);

    private static ExperimentJudgement Ended(ExperimentStep step) => Assert.IsType<ExperimentStep.End>(step).Judgement;
}
