using ModelHub.Domain.Environments;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Gates;
using Xunit;
using static ModelHub.Tests.Domain.Experiments.StatisticsTests;

namespace ModelHub.Tests.Domain.Experiments;

public sealed class ExperimentJudgeTests
{
    private static readonly double[] Even = [50, 50];

    [Theory]
    [InlineData(0.1, 0.2, MetricDirection.HigherIsBetter, Verdict.Pass, 1)]
    [InlineData(0.2, 0.1, MetricDirection.HigherIsBetter, Verdict.Fail, 0)]
    [InlineData(0.1, 0.2, MetricDirection.LowerIsBetter, Verdict.Fail, 0)]
    [InlineData(0.2, 0.1, MetricDirection.LowerIsBetter, Verdict.Pass, 1)]
    [InlineData(0.2, 0.21, MetricDirection.HigherIsBetter, Verdict.Inconclusive, null)]
    public void The_better_arm_wins_in_the_direction_that_was_asked_for(double control, double arm, MetricDirection direction, Verdict verdict, int? winner)
    {
        var judged = Judge([Rate(0, 1_000, control), Rate(1, 1_000, arm)], Even, direction);

        Assert.Equal((verdict, winner, verdict != Verdict.Inconclusive), (judged.Verdict, judged.Winner, judged.IsOver));
        Assert.Equal(arm - control, judged.Comparisons.Single().Difference!.Value, 9);
    }

    [Fact]
    public void Too_few_values_win_nothing_and_say_how_many_are_missing()
    {
        var judged = Judge([Rate(0, 1_000, 0.1), Rate(1, 1_000, 0.9) with { Measured = 99 }], [50, 50]);

        Assert.Equal((Verdict.Inconclusive, false), (judged.Verdict, judged.IsOver));
        Assert.Null(judged.Winner);
        var few = Judge([Rate(0, 80, 0.1), Rate(1, 80, 0.9)], Even);
        Assert.Equal("challenger-1 has 80 and the control 80 of 100 values", few.Reason);
    }

    [Fact]
    public void Arms_that_did_not_get_their_shares_end_it_without_a_winner_however_good_one_looks()
    {
        var judged = Judge([Rate(0, 1_000, 0.1), Rate(1, 1_400, 0.5)], Even);

        Assert.Equal((Verdict.Inconclusive, null, true), (judged.Verdict, judged.Winner, judged.IsOver));
        Assert.StartsWith("sample ratio mismatch: 1000 : 1400 keys where 50 : 50 % were asked for", judged.Reason, StringComparison.Ordinal);
        Assert.True(judged.Ratios.Single(r => r.Of == ExperimentJudge.Exposures).IsMismatch);
    }

    [Fact]
    public void An_arm_whose_bad_cases_have_no_value_does_not_win()
    {
        // The arm answers only the 700 easy ones of 1000.
        var judged = Judge([Rate(0, 1_000, 0.5), Rate(1, 1_000, 0.9) with { Measured = 700 }], Even);

        Assert.Equal((Verdict.Inconclusive, null, false), (judged.Verdict, judged.Winner, judged.IsOver));
        Assert.StartsWith("values are missing unevenly: 1000 : 700 of 1000 : 1000", judged.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_arms_one_that_may_yet_be_best_is_waited_for()
    {
        double[] shares = [40, 30, 30];
        ArmTotals[] open = [Rate(0, 4_000, 0.1), Rate(1, 3_000, 0.2), Rate(2, 3_000, 0.21) with { Variance = 40 }];
        ArmTotals[] settled = [open[0], open[1], Rate(2, 3_000, 0.15)];

        var waits = Judge(open, shares);
        var won = Judge(settled, shares);

        Assert.Equal((Verdict.Inconclusive, ArmStanding.Better, ArmStanding.Undecided), (waits.Verdict, waits.Comparisons[0].Standing, waits.Comparisons[1].Standing));
        Assert.Equal((Verdict.Pass, 1), (won.Verdict, won.Winner));
        Assert.StartsWith("challenger-1 is best: challenger-1 differs from the control by 0.1, between ", won.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Alpha_is_shared_by_the_comparisons()
    {
        ArmTotals[] two = [Rate(0, 500, 0.2), Rate(1, 500, 0.3)], three = [.. two, Rate(2, 500, 0.2)];

        var (alone, shared) = (Judge(two, Even).Comparisons[0], Judge(three, [34, 33, 33]).Comparisons[0]);

        Assert.True(shared.High - shared.Low > alone.High - alone.Low);
    }

    private static ExperimentJudgement Judge(ArmTotals[] totals, double[] shares, MetricDirection direction = MetricDirection.HigherIsBetter) =>
        ExperimentJudge.Judge(totals, [.. shares.Select((share, i) => (i == 0 ? "current" : $"challenger-{i}", share))], ExperimentOptions.Default with { Direction = direction });
}
