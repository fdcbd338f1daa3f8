using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Jobs;

/// <summary>Workers as processes of their own, so that one can be killed.</summary>
public sealed class WorkerLossTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    [Fact]
    public async Task Killing_the_worker_in_the_middle_only_delays_the_run_and_leaves_no_second_version()
    {
        using var one = StartProcess("process-1");
        using var two = StartProcess("process-2");
        try
        {
            var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, ShellTraining.OnceSlow(Path.Combine(stack.Folder, "mark")));
            var child = await stack.NumberAsync(run, "child");
            var worker = await stack.NumberAsync(run, "worker");
            var clock = Stopwatch.StartNew();
            (one.Id == worker ? one : two).Kill();

            var operation = await stack.EndAsync(run.Id.Value);

            Assert.Contains(worker, new[] { one.Id, two.Id });
            Assert.Equal((OperationState.Succeeded, 2), (operation.State, operation.Attempts));
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
            await Eventually.Holds(() => !ShellTraining.IsRunning(child), what: "The end of the orphaned training process");
            await using var db = stack.Open();
            Assert.Equal(1, await db.Versions.CountAsync(v => v.TrainingRunId == run.Id, TestContext.Current.CancellationToken));
        }
        finally
        {
            one.Kill();
            two.Kill();
        }
    }

    [Fact]
    public async Task Killing_the_worker_in_the_middle_of_a_search_only_delays_its_trials_and_leaves_one_version()
    {
        using var one = StartProcess("process-3");
        using var two = StartProcess("process-4");
        try
        {
            var mark = Path.Combine(stack.Folder, "search-mark");
            var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, Training.Search.SearchTests.Shell(
                $"""echo worker $(cut -d' ' -f4 /proc/$PPID/stat); if mkdir "{mark}" 2>/dev/null; then sleep 600; fi; made 0.7""",
                """{"metric":"auc","trials":4,"parallel":2,"rungs":1,"parameters":{"depth":{"min":1,"max":4}}}"""));
            await using var db = stack.Open();
            int[] hung = [];
            await Eventually.Holds(async () => (hung = await HungAsync(run)).Length == 1, TimeSpan.FromSeconds(60), "The trial that hangs alone");
            (one.Id == hung[0] ? one : two).Kill();

            var operation = await stack.EndAsync(run.Id.Value);

            Assert.Contains(hung[0], new[] { one.Id, two.Id });
            Assert.True(operation.State == OperationState.Succeeded, operation.Failure);
            var trials = await db.TrainingTrials.AsNoTracking().Include(t => t.Operation).Where(t => t.RunId == run.Id).ToListAsync(TestContext.Current.CancellationToken);
            Assert.Equal(4, trials.Count);
            Assert.All(trials, t => Assert.Equal((TrialState.Completed, 1), (t.State, t.Results.Count)));
            Assert.Contains(trials, t => t.Operation.Attempts == 2);
            Assert.Equal(1, await db.Versions.CountAsync(v => v.TrainingRunId == run.Id, TestContext.Current.CancellationToken));
        }
        finally
        {
            one.Kill();
            two.Kill();
        }
    }

    /// <summary>The workers of trials that run, when the others have ended.</summary>
    private async Task<int[]> HungAsync(TrainingRun run)
    {
        await using var db = stack.Open();
        var ct = TestContext.Current.CancellationToken;
        if (await db.TrainingTrials.CountAsync(t => t.RunId == run.Id && t.State == TrialState.Completed, ct) < 3) return [];
        var running = await db.TrainingTrials.Where(t => t.RunId == run.Id && t.State == TrialState.Running).Select(t => t.OperationId).ToListAsync(ct);
        var lines = await db.OperationLog.Where(l => running.Contains(l.OperationId) && l.Text.StartsWith("worker ")).Select(l => l.Text).ToListAsync(ct);
        return [.. lines.Select(l => int.Parse(l.AsSpan("worker ".Length), CultureInfo.InvariantCulture))];
    }

    private Process StartProcess(string name)
    {
        var start = new ProcessStartInfo("dotnet");
        foreach (var argument in (string[])["exec", typeof(ModelHub.Worker.Program).Assembly.Location, .. stack.WorkerArguments(name)]) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
