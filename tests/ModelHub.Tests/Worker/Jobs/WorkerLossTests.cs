using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
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

    private Process StartProcess(string name)
    {
        var start = new ProcessStartInfo("dotnet");
        foreach (var argument in (string[])["exec", typeof(ModelHub.Worker.Program).Assembly.Location, .. stack.WorkerArguments(name)]) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
