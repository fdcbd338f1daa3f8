using ModelHub.Domain.Gates;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Training;
using Xunit;

namespace ModelHub.Tests.Domain.Training;

public sealed class NextRetrainingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private static readonly RetrainingPolicy Policy = new(null, true, ["drift.*"], TimeSpan.FromHours(6), RunsPerWeek: 2, BreakAfter: 3);

    private static readonly Cause Drift = new(CauseKind.Alert, "drift.psi of income in staging", Now);

    public static TheoryData<RunFacts, Guard?, string?> Guards => new()
    {
        { RunFacts.None, null, null },
        { RunFacts.None with { Running = "risk.other" }, Guard.OneAtATime, "risk.other" },
        { RunFacts.None with { LastEnded = Now.AddHours(-5) }, Guard.Cooldown, "2026-03-10 13:00:00 UTC" },
        { RunFacts.None with { LastEnded = Now.AddHours(-6) }, null, null },
        { RunFacts.None with { Requested = [Now.AddDays(-6), Now.AddDays(-1)] }, Guard.Budget, "2026-03-11 12:00:00 UTC" },
        { RunFacts.None with { Requested = [Now.AddDays(-7), Now.AddDays(-1)] }, null, null },
        { RunFacts.None with { Requested = [Now.AddDays(-3), Now.AddDays(-2), Now.AddDays(-1)] }, Guard.Budget, "2026-03-15 12:00:00 UTC" },
        { RunFacts.None with { FailedInARow = 2 }, null, null },
        { RunFacts.None with { FailedInARow = 3, Running = "risk.other", LastEnded = Now }, Guard.Breaker, "a person has to look" },
    };

    [Theory]
    [MemberData(nameof(Guards))]
    public void A_guard_holds_a_wanted_run_and_says_until_when(RunFacts runs, Guard? guard, string? says)
    {
        var step = NextRetraining.Of(Policy, new RetrainingFacts([Drift], HasData: true, runs), Now);

        if (guard is null)
        {
            Assert.IsType<RetrainingStep.Train>(step);
            return;
        }
        var held = Assert.IsType<RetrainingStep.Skip>(step).Held;
        Assert.Equal(guard, held.Guard);
        Assert.Contains(says!, held.Reason, StringComparison.Ordinal);
        Assert.Equal(guard is Guard.Cooldown or Guard.Budget, held.Until is not null);
    }

    [Fact]
    public void Without_a_cause_nothing_happens_and_without_data_nothing_can()
    {
        Assert.IsType<RetrainingStep.Rest>(NextRetraining.Of(Policy, new RetrainingFacts([], HasData: true, RunFacts.None with { FailedInARow = 9 }), Now));
        var step = NextRetraining.Of(Policy, new RetrainingFacts([Drift], HasData: false, RunFacts.None), Now);
        Assert.Equal(Guard.NoData, Assert.IsType<RetrainingStep.Skip>(step).Held.Guard);
    }

    [Fact]
    public void Failures_count_back_to_the_last_challenger_that_passed_and_open_ones_count_neither_way()
    {
        Challenger failed = new(OperationState.Failed, null), refused = new(OperationState.Succeeded, PromotionState.Refused), back = new(OperationState.Succeeded, PromotionState.RolledBack);
        Challenger live = new(OperationState.Succeeded, PromotionState.Live), open = new(OperationState.Succeeded, PromotionState.RollingOut), rejected = new(OperationState.Succeeded, PromotionState.Rejected);

        Assert.Equal(3, Challenger.FailedInARow([open, failed, rejected, refused, back, live, failed]));
        Assert.Equal(0, Challenger.FailedInARow([open, live, failed, failed]));
        Assert.Equal(0, Challenger.FailedInARow([]));
        Challenger worse = new(OperationState.Succeeded, null, Verdict.Fail), unknown = new(OperationState.Succeeded, null, Verdict.Inconclusive), promotedAnyway = new(OperationState.Succeeded, PromotionState.Live, Verdict.Fail);
        Assert.Equal(2, Challenger.FailedInARow([worse, unknown, worse, promotedAnyway, worse]));
    }

    [Fact]
    public void A_cause_that_goes_on_counts_once_and_one_that_comes_back_counts_again()
    {
        var held = new Held(Guard.Cooldown, "first", Now.AddHours(1));
        var skip = RetrainingSkip.Of(PipelineId.New(Now), Drift, held, Now);

        Assert.False(skip.Again(Drift, held with { Reason = "second" }, Now.AddMinutes(1)));
        Assert.True(skip.Again(Drift with { Since = Now.AddMinutes(2) }, held with { Reason = "third" }, Now.AddMinutes(2)));

        Assert.Equal((2, "third", Now, Now.AddMinutes(2)), (skip.Count, skip.Reason, skip.FirstAt, skip.LastAt));
    }
}
