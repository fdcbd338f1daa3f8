using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Tests.Support;
using Npgsql;
using Xunit;

namespace ModelHub.Tests.Worker.Jobs;

public sealed partial class FaultTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    [Fact]
    public async Task An_api_that_is_away_delays_a_job_and_does_not_fail_it()
    {
        var id = await stack.RegisterAsync(SharedData.Path("models", "iris_knn", "model.onnx"));
        await stack.StopApiAsync();
        await stack.StartWorkerAsync();
        // Any attempt's: one whose worker got no processor for seconds is taken over, and leaves no fault of its own.
        await Eventually.Is(() => TellAsync(id.Value), told => Fault().IsMatch(told), TimeSpan.FromSeconds(60), "The fault of an attempt");

        await stack.StartApiAsync();

        var operation = await stack.EndAsync(id.Value);
        Assert.Equal(OperationState.Succeeded, operation.State);
        Assert.InRange(operation.Attempts, 2, 5);
    }

    [Fact]
    public async Task A_database_that_cuts_every_connection_while_a_run_ends_costs_neither_the_run_nor_its_version()
    {
        await stack.NeedWorkerAsync();
        var mark = Path.Combine(stack.Folder, "slow");
        var run = await stack.TrainAsync(await stack.GermanAsync(), Trainer.Process, ShellTraining.Waiting(mark));
        await stack.NumberAsync(run, "child");

        // The model appears while connections die, so that the run's last writes meet a dead one.
        await File.WriteAllTextAsync(mark, "", TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++) await CutConnectionsAsync();

        var operation = await Outage.RideOutAsync(() => stack.EndAsync(run.Id.Value), TestContext.Current.CancellationToken);
        Assert.Equal(OperationState.Succeeded, operation.State);
        await using var db = stack.Open();
        Assert.Equal(1, await db.Versions.CountAsync(v => v.TrainingRunId == run.Id, TestContext.Current.CancellationToken));
    }

    private async Task<string> TellAsync(Guid subject)
    {
        var operation = await stack.OperationAsync(subject);
        return $"{operation.State} in attempt {operation.Attempts}: {operation.Message}";
    }

    private async Task CutConnectionsAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(stack.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var cut = new NpgsqlCommand("select pg_terminate_backend(pid), pg_sleep(0.1) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", connection);
        await cut.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"attempt \d failed \(")]
    private static partial Regex Fault();
}
