using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Search;

/// <summary>
/// A trial at one rung: trained on a share of the rows, measured on validation rows that come after them and before the held-out ones,
/// which no trial ever sees.
/// </summary>
internal sealed class RunTrial(IDbContextFactory<ModelHubDb> databases, IEnumerable<ITrainer> trainers, TrainingRows rows, TrainingRuns runs, SearchTrials search, TimeProvider time) : IWork
{
    public string Kind => OperationKinds.TrainTrial;

    public int MaximumAttempts => 3;

    public async Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        (await db.TrainingTrials.SingleAsync(t => t.Id == IdOf(operation), ct)).Start(time.GetUtcNow());
        return [];
    }

    public async Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var (trial, run) = await LoadAsync(db, operation, ct);
        var rule = SearchTrials.RuleOf(run)!;
        var started = Stopwatch.GetTimestamp();
        using var patience = new CancellationTokenSource();
        if (run.SearchUntil is { } until) patience.CancelAfter(Milliseconds(until - time.GetUtcNow()));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            var result = await TrainAsync(trial, run, rule, log, either.Token);
            var reached = new RungResult(trial.Rung, result.Rows, result.Metric, Stopwatch.GetElapsedTime(started).TotalSeconds);
            var said = string.Create(CultureInfo.InvariantCulture, $"rung {trial.Rung + 1} of {rule.Top + 1}, {result.Rows} rows: {rule.Metric} {result.Metric:G6}");
            log.Progress(1, said);
            return Ended(operation, said, t => t.Reach(reached, rule.Top, time.GetUtcNow()));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return Ended(operation, $"stopped: the {Durations.Write(rule.Timeout)} of the search were over", t => t.Prune(time.GetUtcNow()));
        }
    }

    public Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct) =>
        StepAsync(db, operation, t => t.Fail(reason, time.GetUtcNow()), ct);

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) =>
        StepAsync(db, operation, t => t.Cancel(time.GetUtcNow()), ct);

    private async Task<(int Rows, double Metric)> TrainAsync(TrainingTrial trial, TrainingRun run, SearchRule rule, IProgressLog log, CancellationToken ct)
    {
        using var scratch = runs.Scratch();
        var fetched = await rows.FetchAsync(run, scratch, log, ct);
        var cut = await Task.Run(() => TrialRows.Cut(fetched.HeldOut!, rule, trial.Rung, scratch, ct), ct);
        using var definition = JsonDocument.Parse(run.Definition);
        var settings = DrawParameters.Over(definition.RootElement, trial.Parameters);
        log.Line($"trial {trial.Number}: {trial.Parameters}");
        var input = new TrainingInput(settings, [("train.csv", cut.Train)], fetched.Parent, scratch, cut.Validation, cut.Validation.HeldOut);
        var output = await trainers.Single(t => t.Kind == run.Pipeline.Trainer).TrainAsync(input, new ScaledLog(log, 0.2, 0.98), ct);
        if (!output.Metrics.TryGetValue(rule.Metric, out var metric) || !double.IsFinite(metric))
            throw new BadInputException($"The trainer gave no {rule.Metric}; it gave {(output.Metrics.Count == 0 ? "no metric" : string.Join(", ", output.Metrics.Keys.Order()))}.");
        return (cut.Rows, metric);
    }

    private Conclusion Ended(Operation operation, string said, Action<TrainingTrial> change) =>
        new(said, async (db, ct) => new List<Event>(await StepAsync(db, operation, change, ct)));

    private async Task<IReadOnlyList<Event>> StepAsync(ModelHubDb db, Operation operation, Action<TrainingTrial> change, CancellationToken ct)
    {
        var run = await db.TrainingTrials.Where(t => t.Id == IdOf(operation)).Select(t => t.RunId).SingleAsync(ct);
        return await search.StepAsync(db, run, (_, trials) => change(trials.Single(t => t.Id == IdOf(operation))), ct);
    }

    private static TrainingTrialId IdOf(Operation operation) => TrainingTrialId.From(operation.SubjectId);

    private static async Task<(TrainingTrial Trial, TrainingRun Run)> LoadAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var trial = await db.TrainingTrials.AsNoTracking().SingleAsync(t => t.Id == IdOf(operation), ct);
        return (trial, await TrainingRuns.LoadAsync(db, trial.RunId, ct));
    }

    // A timer takes at most 49 days.
    private static int Milliseconds(TimeSpan left) => (int)Math.Clamp(left.TotalMilliseconds, 1, TimeSpan.FromDays(20).TotalMilliseconds);
}
