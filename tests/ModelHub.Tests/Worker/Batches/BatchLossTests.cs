using Xunit;

namespace ModelHub.Tests.Worker.Batches;

/// <summary>Workers and nodes are killed in the middle of a run; its output is that of a run nobody disturbed, byte for byte.</summary>
public sealed class BatchLossTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private const int Rows = 6_000;

    [Fact]
    public async Task Killing_the_worker_and_a_node_loses_no_row_and_doubles_none()
    {
        using var batches = new BatchStack(stack);
        var worker = batches.StartWorker();
        var node = batches.StartNode();
        batches.StartNode();
        var version = await batches.LinearAsync();
        var input = batches.Write("rows.csv", "a,b\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => FormattableString.Invariant($"{i / 7.0},{(i % 97 == 0 ? "?" : i)}\n"))));
        var undisturbed = await batches.EndAsync(await batches.AskAsync(version, input));

        var run = await batches.AskAsync(version, input, shardRows: 10);
        var seen = await batches.DoneAsync(run, 0.1);
        worker.Kill();
        batches.StartWorker();
        var resumed = await batches.DoneAsync(run, 0.4);
        node.Kill();
        run = await batches.EndAsync(run);

        Assert.InRange(seen.RowsDone, 1, Rows - 1);
        Assert.InRange(resumed.RowsDone, seen.RowsDone, Rows - 1);
        // The second took over from the worker that was killed; on a busy machine a worker may be thought lost once more.
        Assert.InRange((await stack.OperationAsync(run.Id.Value)).Attempts, 2, int.MaxValue);
        Assert.Equal(Rows, run.RowsDone);
        Assert.Equal(undisturbed.RowsFailed, run.RowsFailed);
        Assert.Equal(await batches.OutputAsync(undisturbed), await batches.OutputAsync(run));
        Assert.Equal(Rows + 1, (await batches.LinesAsync(run)).Length);
    }
}
