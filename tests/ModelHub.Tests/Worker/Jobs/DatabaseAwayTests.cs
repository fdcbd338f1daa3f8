using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Jobs;

/// <summary>PostgreSQL goes away in the middle of a run, for longer than the time after which a worker counts as lost, and comes back.</summary>
public sealed class DatabaseAwayTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(12);

    [Theory]
    [InlineData("null")]
    [InlineData("""{"metric":"auc","trials":3,"parallel":2,"rungs":1,"parameters":{"depth":{"min":1,"max":4}}}""")]
    public async Task The_run_ends_once_and_nothing_is_there_twice(string search)
    {
        await using var wire = new Wire(stack.ConnectionString);
        await stack.StartWorkerAsync("--Database", wire.ConnectionString);
        var mark = Path.Combine(stack.Folder, Guid.NewGuid().ToString("N"));
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, Training.Search.SearchTests.Shell(
            $"""echo begun > "{mark}.$$"; while [ ! -e "{mark}" ]; do sleep 0.1; done; made 0.7""", search));
        await Eventually.Holds(() => Directory.EnumerateFiles(stack.Folder, Path.GetFileName(mark) + ".*").Any(), TimeSpan.FromSeconds(60), "A command that runs");

        await wire.CutAsync();
        // It ends while nobody can be told.
        await File.WriteAllTextAsync(mark, "", TestContext.Current.CancellationToken);
        await Task.Delay(Away, TestContext.Current.CancellationToken);
        wire.Mend();

        var operation = await stack.EndAsync(run.Id.Value, TimeSpan.FromSeconds(120));
        Assert.True(operation.State == OperationState.Succeeded, operation.Failure);
        await using var db = stack.Open();
        Assert.Equal(1, await db.Versions.CountAsync(v => v.TrainingRunId == run.Id, TestContext.Current.CancellationToken));
        Assert.Equal(1, await db.Events.CountAsync(e => e.Type == "training.succeeded" && e.Subject == ModelHub.Domain.Events.Subjects.TrainingRun(run.Id.Value), TestContext.Current.CancellationToken));
        var trials = await db.TrainingTrials.AsNoTracking().Where(t => t.RunId == run.Id).ToListAsync(TestContext.Current.CancellationToken);
        Assert.All(trials, t => Assert.Equal((TrialState.Completed, 1), (t.State, t.Results.Count)));
        Assert.Equal(search == "null" ? 0 : 3, trials.Count);
        await stack.StopWorkersAsync();
    }
}
