using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Tests.Support;
using ModelHub.Worker.Housekeeping;
using ModelHub.Worker.Jobs;
using Xunit;

namespace ModelHub.Tests.Worker.Jobs;

/// <summary>Operations whose job is gone.</summary>
public sealed class SweepTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Running", 1, OperationState.Succeeded, 2)]
    [InlineData("Queued", 0, OperationState.Succeeded, 1)]
    [InlineData("Running", RunOperation.MaximumAttempts, OperationState.Failed, RunOperation.MaximumAttempts)]
    public async Task An_operation_that_no_job_stands_behind_is_dispatched_again_and_ends(string state, int attempts, OperationState end, int ended)
    {
        var worker = await stack.NeedWorkerAsync();
        var id = await stack.RegisterAsync(SharedData.Path("models", "iris_knn", "model.onnx"));
        await stack.EndAsync(id.Value);
        // As when its job was lost: begun, or handed over, and nothing of it is left.
        await using (var db = stack.Open())
        {
            await db.Database.ExecuteSqlAsync($"update versions set state = 'Pending' where id = {id.Value}", Ct);
            await db.Database.ExecuteSqlAsync(
                $"update operations set state = {state}, attempts = {attempts}, ended_at = null, dispatched_at = now() - interval '2 minutes' where subject_id = {id.Value}", Ct);
        }

        // The trigger of the job that just ended may still be on its way out: then the next pass finds what this one left.
        var operation = await Eventually.Is(
            async () =>
            {
                await SweepAsync(worker);
                return await stack.OperationAsync(id.Value);
            },
            o => o.State.HasEnded(), TimeSpan.FromSeconds(60), "The end of what was swept");

        Assert.Equal((end, ended), (operation.State, operation.Attempts));
    }

    [Fact]
    public async Task One_that_runs_and_one_that_was_just_handed_over_are_left_alone()
    {
        var worker = await stack.NeedWorkerAsync();
        var mark = Path.Combine(stack.Folder, "left-alone");
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, ShellTraining.Waiting(mark));
        await stack.NumberAsync(run, "child");
        await using var db = stack.Open();
        await db.Database.ExecuteSqlAsync($"update operations set dispatched_at = now() - interval '1 hour' where subject_id = {run.Id.Value}", Ct);

        await SweepAsync(worker);

        Assert.Equal(OperationState.Running, (await stack.OperationAsync(run.Id.Value)).State);
        await File.WriteAllTextAsync(mark, "", Ct);
        Assert.Equal((OperationState.Succeeded, 1), await stack.EndAsync(run.Id.Value) is var ended ? (ended.State, ended.Attempts) : default);
    }

    private static Task SweepAsync(WebApplication worker) =>
        worker.Services.GetServices<IHostedService>().OfType<SweepLost>().Single().RunOnceAsync(Ct);
}
