using ModelHub.Domain.Training.Search;
using Xunit;

namespace ModelHub.Tests.Domain.Training.Search;

public sealed class NextTrialsTests
{
    [Fact]
    public void A_search_begins_as_many_trials_as_may_train_at_a_time()
    {
        var step = NextTrials.Of(Rule(trials: 9, parallel: 3), [], timeIsUp: false);

        Assert.Equal([(1, 0), (2, 0), (3, 0)], step.Begin);
        Assert.False(step.Over);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    public void One_of_three_results_of_a_rung_goes_up(int results, int promoted)
    {
        List<TrialFacts> trials = [.. Enumerable.Range(1, results).Select(i => Paused(i, 0, 0.5 + i / 100.0)), .. Enumerable.Range(results + 1, 9 - results).Select(Failed)];

        var step = NextTrials.Of(Rule(trials: 20, parallel: 4), trials, timeIsUp: false);

        var best = Enumerable.Range(0, promoted).Select(i => (results - i, 1));
        Assert.Equal(best, step.Begin.Where(b => b.Rung == 1));
        Assert.All(step.Begin.Where(b => b.Rung == 0), b => Assert.True(b.Number >= 10));
    }

    [Fact]
    public void Who_is_free_takes_the_highest_rung_first_and_what_went_up_counts_on_below()
    {
        // Three of the second rung let one go to the third; of the six below two are the best, and both went up already.
        TrialFacts[] trials = [Up(1, 1, 0.90, 0.91), Up(2, 1, 0.89, 0.95), Up(3, 1, 0.88, 0.93), Paused(4, 0, 0.5), Paused(5, 0, 0.6), Paused(6, 0, 0.7)];

        var step = NextTrials.Of(Rule(trials: 9, parallel: 1), trials, timeIsUp: false);

        Assert.Equal([(2, 2)], step.Begin);
    }

    [Fact]
    public void Of_equal_results_the_one_drawn_first_goes_up_and_wins()
    {
        TrialFacts[] trials = [Paused(2, 0, 0.8), Paused(1, 0, 0.8), Paused(3, 0, 0.8)];

        Assert.Equal((1, 1), NextTrials.Of(Rule(trials: 3, parallel: 1), trials, timeIsUp: false).Begin.Single());
        Assert.Equal(1, NextTrials.Winner(Rule(trials: 3, parallel: 1), trials)!.Number);
    }

    [Fact]
    public void Less_is_better_where_the_metric_is_a_loss()
    {
        TrialFacts[] trials = [Paused(1, 0, 0.8), Paused(2, 0, 0.3), Paused(3, 0, 0.5)];

        Assert.Equal((2, 1), NextTrials.Of(Rule(trials: 3, parallel: 1, maximise: false), trials, timeIsUp: false).Begin.Single());
    }

    [Fact]
    public void Too_few_results_for_a_share_still_bring_one_to_the_top_but_only_when_nothing_else_runs()
    {
        var rule = Rule(trials: 9, parallel: 2);
        TrialFacts[] known = [Up(1, 1, 0.7, 0.71), Paused(2, 0, 0.6), .. Enumerable.Range(4, 6).Select(Failed)];

        var waits = NextTrials.Of(rule, [.. known, new(3, 0, TrialState.Running, [])], timeIsUp: false);
        var goesOn = NextTrials.Of(rule, [.. known, Failed(3)], timeIsUp: false);

        Assert.Empty(waits.Begin);
        Assert.Equal([(1, 2)], goesOn.Begin);
        Assert.False(goesOn.Over);
    }

    [Fact]
    public void When_the_time_is_up_nothing_begins_and_the_best_of_the_highest_rung_wins()
    {
        TrialFacts[] trials = [Paused(1, 0, 0.99), Up(2, 1, 0.5, 0.60), Up(3, 1, 0.5, 0.61)];

        var step = NextTrials.Of(Rule(trials: 20), trials, timeIsUp: true);

        Assert.Empty(step.Begin);
        Assert.True(step.Over);
        Assert.Equal(3, NextTrials.Winner(Rule(trials: 20), trials)!.Number);
    }

    [Fact]
    public void Without_a_result_nobody_wins() => Assert.Null(NextTrials.Winner(Rule(), [Failed(1), Failed(2)]));

    [Theory]
    [InlineData(1, 0, 1.0)]
    [InlineData(2, 0, 1.0)]
    [InlineData(3, 1, 1 / 3.0)]
    [InlineData(8, 1, 1 / 3.0)]
    [InlineData(9, 2, 1 / 9.0)]
    [InlineData(200, 2, 1 / 9.0)]
    public void There_are_no_more_rungs_than_trials_can_fill(int trials, int top, double share)
    {
        var rule = Rule(trials);

        Assert.Equal(top, rule.Top);
        Assert.Equal(share, rule.Share(0), 12);
        Assert.Equal(1, rule.Share(rule.Top));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(27, 4)]
    [InlineData(200, 4)]
    public void Whatever_comes_first_a_search_ends_with_every_trial_drawn_few_at_the_top_and_never_more_at_a_time(int trials, int parallel)
    {
        var rule = Rule(trials, parallel);
        var random = new Random(trials);
        var known = new List<TrialFacts>();
        var trained = 0;
        while (NextTrials.Of(rule, known, timeIsUp: false) is { Over: false } step)
        {
            foreach (var (number, rung) in step.Begin)
            {
                var before = known.Find(t => t.Number == number);
                known.RemoveAll(t => t.Number == number);
                known.Add(new(number, rung, TrialState.Running, before?.Results ?? []));
            }
            var running = known.Where(t => t.IsOpen).ToList();
            Assert.InRange(running.Count, 1, parallel);
            var ends = running[random.Next(running.Count)];
            known.Remove(ends);
            known.Add(random.Next(10) == 0 ? ends with { State = TrialState.Failed } : Reached(ends, rule, random.NextDouble()));
            trained++;
        }

        Assert.Equal(trials, known.Count);
        Assert.InRange(trained, trials, 2 * trials);
        Assert.InRange(known.Count(t => t.At(rule.Top) is not null), 0, Math.Max(1, rule.Top == 0 ? trials : trials / 3));
    }

    private static TrialFacts Reached(TrialFacts trial, SearchRule rule, double metric) =>
        trial with { State = trial.Rung == rule.Top ? TrialState.Completed : TrialState.Paused, Results = [.. trial.Results, new(trial.Rung, 100, metric, 1)] };

    private static SearchRule Rule(int trials = 9, int parallel = 1, bool maximise = true) =>
        new([new SearchedParameter.Range("lambda", 0.001, 10, Log: true, Whole: false)], trials, parallel, "auc", maximise, 1, 0.2, 3, 3, TimeSpan.FromHours(1), null);

    private static TrialFacts Paused(int number, int rung, double metric) => new(number, rung, TrialState.Paused, [new(rung, 100, metric, 1)]);

    private static TrialFacts Up(int number, int rung, double below, double metric) => new(number, rung, TrialState.Paused, [new(rung - 1, 100, below, 1), new(rung, 300, metric, 1)]);

    private static TrialFacts Failed(int number) => new(number, 0, TrialState.Failed, []);
}
