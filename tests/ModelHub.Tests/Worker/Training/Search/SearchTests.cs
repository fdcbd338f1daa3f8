using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;
using ModelHub.Tests.Support;
using ModelHub.Tests.Worker.Jobs;
using Xunit;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Worker.Training.Search;

public sealed class SearchTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_on_German_credit_prunes_its_trials_and_the_best_ones_settings_become_the_one_version()
    {
        await stack.NeedWorkerAsync();
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.BuiltIn, """
            {"target":"class","positiveClass":"2","search":{"metric":"auc","trials":9,"parallel":2,"seed":3,"parameters":{
              "lambda":{"min":1e-5,"max":1000,"scale":"log"},"features":{"choices":[["credit_amount","duration"],["checking_status","duration","credit_history","savings_status"]]}}}}
            """);

        var operation = await stack.EndAsync(run.Id.Value);

        Assert.True(operation.State == OperationState.Succeeded, operation.Failure);
        var (ended, trials) = await ReadAsync(run);
        var version = await VersionAsync(run);
        Assert.Equal(Enumerable.Range(1, 9), trials.Select(t => t.Number));
        Assert.All(trials, t => Assert.Contains(t.State, new[] { TrialState.Completed, TrialState.Pruned }));
        Assert.Contains(trials, t => t.State == TrialState.Pruned);
        var best = trials.Where(t => t.State == TrialState.Completed).MaxBy(t => t.Metric)!;
        Assert.Equal(best.Number, ended.BestTrial);
        Assert.Equal(JsonDocument.Parse(best.Parameters).RootElement.GetProperty("lambda").GetDouble(), double.Parse(version.Parameters.Single(p => p.Name == "lambda").Value, CultureInfo.InvariantCulture), 12);
        Assert.Equal(best.Metric, version.Metrics.Single(m => m.Name == "search.auc").Value);
        Assert.Equal(best.Number.ToString(CultureInfo.InvariantCulture), version.Parameters.Single(p => p.Name == "search.trial").Value);
        // The last fifth is held out of all, the last fifth of the rest validates; the rungs have a ninth, a third and all of what is left.
        var all = await RowsAsync(run);
        var left = all - (int)Math.Round(all * 0.2);
        left -= (int)Math.Round(left * 0.2);
        Assert.All(best.Results, r => Assert.Equal(Math.Max(50, (int)Math.Round(left / Math.Pow(3, 2 - r.Rung))), r.Rows));
        Assert.Equal([0, 1, 2], best.Results.Select(r => r.Rung));
    }

    [Fact]
    public async Task A_trial_that_fails_is_kept_with_its_reason_and_the_others_go_on()
    {
        await stack.NeedWorkerAsync();
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, Shell(
            """grep -q '"depth":3' "$MODELHUB_PARAMETERS" && exit 7; test -s "${MODELHUB_VALIDATION:-$MODELHUB_PARAMETERS}" || exit 8; made 0.7""",
            """{"metric":"auc","trials":12,"parallel":3,"rungs":1,"parameters":{"depth":{"min":1,"max":4,"type":"int"}}}"""));

        var operation = await stack.EndAsync(run.Id.Value);

        Assert.True(operation.State == OperationState.Succeeded, operation.Failure);
        var (ended, trials) = await ReadAsync(run);
        Assert.Equal(12, trials.Count);
        Assert.All(trials, t => Assert.Equal(Depth(t) == 3 ? TrialState.Failed : TrialState.Completed, t.State));
        Assert.All(trials.Where(t => t.State == TrialState.Failed), t => Assert.Contains("exit code 7", t.Failure, StringComparison.Ordinal));
        Assert.Contains(trials, t => t.State == TrialState.Failed);
        Assert.Equal(trials.First(t => t.State == TrialState.Completed).Number, ended.BestTrial);
    }

    [Fact]
    public async Task When_all_trials_fail_the_run_fails_and_tells_why()
    {
        await stack.NeedWorkerAsync();
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, Shell("exit 5", """{"metric":"auc","trials":3,"parameters":{"depth":{"min":1,"max":4}}}"""));

        var operation = await stack.EndAsync(run.Id.Value);

        Assert.Equal(OperationState.Failed, operation.State);
        Assert.Contains("None of 3 trials has a result. 3 trials: The command ended with exit code 5.", (await ReadAsync(run)).Run.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metric_that_the_trainer_does_not_give_fails_the_trials_and_names_what_it_gives()
    {
        await stack.NeedWorkerAsync();
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.BuiltIn, """{"target":"class","search":{"metric":"profit","goal":"maximise","trials":2,"parameters":{"lambda":{"min":0.1,"max":1}}}}""");

        await stack.EndAsync(run.Id.Value);

        Assert.Contains("The trainer gave no profit; it gave accuracy, auc", (await ReadAsync(run)).Run.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_the_run_ends_its_trials_and_their_processes()
    {
        await stack.NeedWorkerAsync();
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, Shell("echo child $$; sleep 600", """{"metric":"auc","trials":5,"parallel":2,"parameters":{"depth":{"min":1,"max":4}}}"""));
        var children = new List<int>();
        await Eventually.Holds(async () => (children = await ChildrenAsync(run)).Count == 2, TimeSpan.FromSeconds(60), "Two trials that run");

        await using (var db = stack.Open())
        {
            var cancelled = await db.TrainingRuns.Include(r => r.Operation).SingleAsync(r => r.Id == run.Id, Ct);
            Assert.Null(cancelled.Operation.Cancel(DateTimeOffset.UtcNow));
            Assert.Null(cancelled.Cancel(DateTimeOffset.UtcNow));
            await db.CancelTrialsOfAsync(cancelled, DateTimeOffset.UtcNow, Ct);
            await WorkerStack.CommitAsync(db, new ModelHub.Domain.Events.TrainingCancelled(run.Id.Value, "test"));
        }

        await Eventually.Holds(async () => (await ReadAsync(run)).Trials.All(t => t.State == TrialState.Cancelled), what: "The end of the trials");
        await Eventually.Holds(() => !children.Exists(ShellTraining.IsRunning), what: "The end of the processes");
        await using var after = stack.Open();
        Assert.Equal(0, await after.Operations.CountAsync(o => o.ParentId == run.OperationId && (o.State == OperationState.Queued || o.State == OperationState.Running), Ct));
        Assert.Equal(0, await after.Versions.CountAsync(v => v.TrainingRunId == run.Id, Ct));
    }

    [Fact]
    public async Task When_the_time_is_up_what_runs_is_stopped_and_the_best_so_far_wins()
    {
        await stack.NeedWorkerAsync();
        // The final training has no validation rows; of the trials only the first ones end.
        var mark = Path.Combine(stack.Folder, $"time-{Guid.NewGuid():N}");
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, Shell(
            $"""test -n "$MODELHUB_VALIDATION" && ! mkdir "{mark}" 2>/dev/null && sleep 600; made 0.7""",
            """{"metric":"auc","trials":6,"parallel":2,"rungs":1,"timeout":"10s","parameters":{"depth":{"min":1,"max":4}}}"""));

        var operation = await stack.EndAsync(run.Id.Value);

        Assert.True(operation.State == OperationState.Succeeded, operation.Failure);
        var (ended, trials) = await ReadAsync(run);
        Assert.Equal(1, trials.Count(t => t.State == TrialState.Completed));
        Assert.Equal(2, trials.Count(t => t.State == TrialState.Pruned));
        Assert.Equal(trials.Single(t => t.State == TrialState.Completed).Number, ended.BestTrial);
    }

    private static double Depth(TrainingTrial trial) => JsonDocument.Parse(trial.Parameters).RootElement.GetProperty("depth").GetDouble();

    internal static string Shell(string script, string search) => JsonSerializer.Serialize(new
    {
        command = new[] { "sh", "-c", $$"""made() { cp "$MODEL" "$MODELHUB_OUTPUT/model.onnx"; echo "{\"auc\":$1}" > "$MODELHUB_OUTPUT/metrics.json"; }; {{script}}""" },
        environment = new Dictionary<string, string> { ["MODEL"] = SharedData.Path("models", "german_lr_mixed", "model.onnx") },
        search = JsonSerializer.Deserialize<JsonElement>(search),
    });

    private async Task<List<int>> ChildrenAsync(TrainingRun run)
    {
        await using var db = stack.Open();
        var lines = await db.OperationLog.Where(l => db.Operations.Any(o => o.Id == l.OperationId && o.ParentId == run.OperationId) && l.Text.StartsWith("child ")).Select(l => l.Text).ToListAsync(Ct);
        return [.. lines.Select(l => int.Parse(l.AsSpan("child ".Length), CultureInfo.InvariantCulture))];
    }

    private async Task<(TrainingRun Run, List<TrainingTrial> Trials)> ReadAsync(TrainingRun run)
    {
        await using var db = stack.Open();
        return (await db.TrainingRuns.AsNoTracking().SingleAsync(r => r.Id == run.Id, Ct), await db.TrainingTrials.AsNoTracking().Where(t => t.RunId == run.Id).OrderBy(t => t.Number).ToListAsync(Ct));
    }

    private async Task<long> RowsAsync(TrainingRun run)
    {
        await using var db = stack.Open();
        return (await db.DataVersions.AsNoTracking().SingleAsync(v => v.Id == run.DataVersionId, Ct)).RowCount!.Value;
    }

    private async Task<Version> VersionAsync(TrainingRun run)
    {
        await using var db = stack.Open();
        return await db.Versions.AsNoTracking().SingleAsync(v => v.TrainingRunId == run.Id, Ct);
    }
}
