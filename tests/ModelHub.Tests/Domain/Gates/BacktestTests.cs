using ModelHub.Domain.Environments;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using Xunit;
using static ModelHub.Tests.Domain.Sample;

namespace ModelHub.Tests.Domain.Gates;

public sealed class BacktestTests
{
    private const MetricDirection Higher = MetricDirection.HigherIsBetter;

    private static readonly Policy AtLeastAsGood = Policy.Open with { MetricGates = [new("auc", 0, Higher)] };

    [Fact]
    public void The_policy_that_stood_decides_as_it_did()
    {
        foreach (var auc in (double[])[0.79, 0.80, 0.85, double.NaN])
            Assert.False(Backtest.Run(AtLeastAsGood, Recorded(auc, AtLeastAsGood)).Differs, $"auc {auc}");
    }

    [Theory]
    [InlineData(0.79, -0.02, Verdict.Fail, Verdict.Pass)]
    [InlineData(0.81, 0.02, Verdict.Pass, Verdict.Fail)]
    [InlineData(double.NaN, -1, Verdict.Inconclusive, Verdict.Inconclusive)]
    public void Another_margin_is_judged_on_what_was_measured_then(double auc, double margin, Verdict then, Verdict now)
    {
        var draft = Policy.Open with { MetricGates = [new("auc", margin, Higher)] };

        foreach (var recorded in new[] { Recorded(auc, AtLeastAsGood), Old(auc, AtLeastAsGood) })
        {
            var one = Backtest.Run(draft, recorded);
            Assert.Equal((then, now), (one.Then, one.Now));
        }
    }

    [Fact]
    public void A_gate_that_did_not_exist_is_judged_where_the_whole_facts_are_stored()
    {
        var draft = Policy.Open with { MetricLimits = [new("loss", Max: 0.5)], RequiredChecks = ["unit"], MaxDataAge = TimeSpan.FromDays(30) };

        var one = Backtest.Run(draft, Recorded(0.8, Policy.Open));

        Assert.Equal(
            ["artifact Pass", "signature Pass", "metric-limit:loss Pass", "check:unit Pass", "data-age Fail"],
            one.Gates.Select(g => $"{g.Gate} {g.Verdict}"));
        Assert.Equal("data-age", Assert.Single(one.Because).Gate);
    }

    [Fact]
    public void Where_they_are_not_it_is_inconclusive_and_says_that_nothing_was_recorded()
    {
        var draft = AtLeastAsGood with
        {
            MetricLimits = [new("auc", Min: 0.7), new("loss", Max: 0.5)],
            RequiredChecks = ["unit"],
            PromotionFrom = "staging",
            MaxDataAge = TimeSpan.FromDays(30),
            ShadowTest = new(TimeSpan.FromDays(7)),
        };

        var one = Backtest.Run(draft, Old(0.8, AtLeastAsGood));

        Assert.Equal(
            ["artifact", "signature", "metric:auc", "metric-limit:auc"],
            one.Gates.Where(g => g.Recorded).Select(g => g.Gate));
        Assert.Equal(
            ["metric-limit:loss", "check:unit", "promoted-from:staging", "data-age", "shadow-test"],
            one.Gates.Where(g => !g.Recorded).Select(g => g.Gate));
        Assert.All(one.Gates.Where(g => !g.Recorded), g => Assert.Equal(Verdict.Inconclusive, g.Verdict));
        Assert.Equal((Verdict.Pass, Verdict.Inconclusive), (one.Then, one.Now));
    }

    [Fact]
    public void More_approvals_and_freezes_hold_what_went_through()
    {
        var live = Recorded(0.8, AtLeastAsGood) with { Approvals = 1, ShiftedAt = Now.AddHours(2) };
        var frozen = new FreezePolicy([], [new("stop", Now.AddHours(1), Now.AddHours(3))]);

        Assert.Equal(Verdict.Pass, Backtest.Run(AtLeastAsGood with { Approvals = 1 }, live).Now);
        Assert.Equal("approvals", Assert.Single(Backtest.Run(AtLeastAsGood with { Approvals = 2 }, live).Because).Gate);
        Assert.Equal(Verdict.Inconclusive, Backtest.Run(AtLeastAsGood with { Freeze = frozen }, live).Now);
        Assert.Equal(Verdict.Pass, Backtest.Run(AtLeastAsGood with { Freeze = frozen with { Action = FreezeAction.Refuse } }, live with { ShiftedAt = null }).Now);
        Assert.Equal(
            Verdict.Fail,
            Backtest.Run(AtLeastAsGood with { Freeze = new([], [new("stop", Now, Now.AddHours(1))], FreezeAction.Refuse) }, live).Now);
    }

    [Fact]
    public void Sums_say_how_many_would_have_been_decided_differently()
    {
        var sums = new BacktestSums();
        foreach (var auc in (double[])[0.78, 0.80, 0.81, 0.83, double.NaN])
            sums.Add(Backtest.Run(Policy.Open with { MetricGates = [new("auc", 0.02, Higher)] }, Recorded(auc, AtLeastAsGood)));

        Assert.Equal((5, 3, 2, 0, 0), (sums.Promotions, sums.Same, sums.WouldBeRefused, sums.WouldBeLetIn, sums.WouldWait));
        Assert.Equal(new GateSum("metric:auc", 1, 3, 1, 0), sums.Gates.Single(g => g.Gate == "metric:auc"));
    }

    private static RecordedPromotion Recorded(double auc, Policy policy)
    {
        var facts = GateFacts.Of(
            Ready(2, new Metric("auc", auc), new Metric("loss", 0.4)), Ready(1, new Metric("auc", 0.80)),
            new([new("unit", CheckState.Pass)], [], null, new("applications@1", Now.AddDays(-40))), Now);
        return new(PromotionId.New(Now), "risk.credit", 2, Now, PromotionState.Live, Then(facts, policy), facts, [], 0, null);
    }

    /// <summary>As it was stored before whole facts were.</summary>
    private static RecordedPromotion Old(double auc, Policy policy)
    {
        var recorded = Recorded(auc, policy);
        return recorded with { Facts = null, Inputs = recorded.Facts!.Inputs(policy) };
    }

    private static IReadOnlyList<GateOutcome> Then(GateFacts facts, Policy policy) =>
        [.. facts.Inputs(policy).Select(i => new GateOutcome(i.Gate, i.Judge().Verdict, i.Judge().Reason))];
}
