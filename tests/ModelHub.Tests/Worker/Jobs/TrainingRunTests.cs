using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Jobs;

public sealed class TrainingRunTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    [Fact]
    public async Task A_run_yields_one_ready_version_with_lineage_metrics_log_and_the_trainers_own_answers()
    {
        await stack.NeedWorkerAsync();
        var data = await stack.GermanAsync();

        var first = await stack.TrainAsync(data, Trainer.BuiltIn, """{"target":"class","positiveClass":"2"}""");
        await stack.EndAsync(first.Id.Value);
        var parent = await VersionOfAsync(first);
        await stack.EndAsync(parent.Id.Value);
        var second = await stack.TrainAsync(data, Trainer.BuiltIn, """{"target":"class","positiveClass":"2"}""", parent.Id);
        var operation = await stack.EndAsync(second.Id.Value);

        var version = await VersionOfAsync(second);
        var run = await RunAsync(second);
        Assert.Equal((OperationState.Succeeded, OperationState.Succeeded, 1.0), (operation.State, run.State, run.Progress));
        Assert.Equal((parent.Id, second.Id), (version.ParentId, version.TrainingRunId));
        Assert.Equal([data], version.DataVersions.Select(d => d.DataVersionId));
        Assert.InRange(version.Metrics.Single(m => m.Name == "auc").Value, 0.7, 0.9);
        Assert.StartsWith("sha256:", version.Tags.Single(t => t.Key == "predictions").Value, StringComparison.Ordinal);
        Assert.Contains(await stack.LogAsync(second.Id.Value), l => l.Contains("starting from the parent", StringComparison.Ordinal));
        await stack.EndAsync(version.Id.Value);
        Assert.Equal(["1", "2"], (await VersionOfAsync(second)).Signature!.Outputs.Single(o => o.Name == "probabilities").Labels!);
    }

    [Fact]
    public async Task A_definition_that_cannot_work_fails_the_run_at_once_with_the_reason()
    {
        await stack.NeedWorkerAsync();
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.BuiltIn, """{"target":"nothing"}""");

        var operation = await stack.EndAsync(run.Id.Value);

        Assert.Equal((OperationState.Failed, 1), (operation.State, operation.Attempts));
        Assert.Contains("no column \"nothing\"", (await RunAsync(run)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_stops_the_run_and_its_processes()
    {
        await stack.NeedWorkerAsync();
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, ShellTraining.Endless);
        var child = await stack.NumberAsync(run, "child");

        await stack.CancelAsync(run.Id.Value);

        var operation = await stack.EndAsync(run.Id.Value, TimeSpan.FromSeconds(10));
        Assert.Equal((OperationState.Cancelled, OperationState.Cancelled), (operation.State, (await RunAsync(run)).State));
        await Eventually.Holds(() => !ShellTraining.IsRunning(child), what: "The end of the training process");
    }

    [Fact]
    public async Task A_worker_that_shuts_down_gives_its_run_back_and_another_one_finishes_it()
    {
        await stack.NeedWorkerAsync();
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, ShellTraining.OnceSlow(Path.Combine(stack.Folder, $"mark-{Guid.NewGuid():N}")));
        await stack.NumberAsync(run, "child");

        await stack.StopWorkersAsync();
        await stack.StartWorkerAsync();

        var operation = await stack.EndAsync(run.Id.Value);
        Assert.Equal((OperationState.Succeeded, 2), (operation.State, operation.Attempts));
    }

    private async Task<TrainingRun> RunAsync(TrainingRun run)
    {
        await using var db = stack.Open();
        return await db.TrainingRuns.AsNoTracking().SingleAsync(r => r.Id == run.Id, TestContext.Current.CancellationToken);
    }

    private async Task<ModelHub.Domain.Models.Version> VersionOfAsync(TrainingRun run)
    {
        await using var db = stack.Open();
        return await db.Versions.AsNoTracking().Include(v => v.DataVersions).SingleAsync(v => v.TrainingRunId == run.Id, TestContext.Current.CancellationToken);
    }
}
