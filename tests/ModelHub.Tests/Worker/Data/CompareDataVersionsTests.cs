using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using Xunit;

namespace ModelHub.Tests.Worker.Data;

public sealed class CompareDataVersionsTests(WorkerStack stack) : IClassFixture<WorkerStack>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_differs_is_kept_once_the_operation_has_ended()
    {
        await stack.NeedWorkerAsync();
        using var folder = new TemporaryFolder();
        var from = await ReadyAsync(folder.File("a.csv", "id,x\n1,1\n2,2\n"));
        var to = await ReadyAsync(folder.File("b.csv", "id,x\n2,3\n3,3\n"));

        var diff = await CompareAsync(from, to, ["id"]);
        var operation = await stack.EndAsync(diff.Value);

        await using var db = stack.Open();
        Assert.Equal((OperationState.Succeeded, null), (operation.State, operation.Failure));
        Assert.Equal(new RowChanges(1, 1, 1, 0), (await db.DataDiffs.SingleAsync(d => d.Id == diff, Ct)).Result!.Rows);
    }

    [Fact]
    public async Task A_key_that_repeats_fails_the_operation_at_once_with_the_reason()
    {
        await stack.NeedWorkerAsync();
        using var folder = new TemporaryFolder();
        var from = await ReadyAsync(folder.File("a.csv", "id,x\n1,1\n1,2\n"));
        var to = await ReadyAsync(folder.File("b.csv", "id,x\n2,3\n3,3\n"));

        var diff = await CompareAsync(from, to, ["id"]);
        var operation = await stack.EndAsync(diff.Value);

        await using var db = stack.Open();
        Assert.Equal((OperationState.Failed, 1), (operation.State, operation.Attempts));
        Assert.StartsWith("key: id names no single row", operation.Failure, StringComparison.Ordinal);
        Assert.Null((await db.DataDiffs.SingleAsync(d => d.Id == diff, Ct)).Result);
    }

    private async Task<DataVersionId> ReadyAsync(string path)
    {
        var id = await stack.RegisterDataAsync(path);
        await stack.EndAsync(id.Value);
        return id;
    }

    private async Task<DataDiffId> CompareAsync(DataVersionId one, DataVersionId other, string[] key)
    {
        await using var db = stack.Open();
        var (from, to, now) = (await db.DataVersions.SingleAsync(v => v.Id == one, Ct), await db.DataVersions.SingleAsync(v => v.Id == other, Ct), DateTimeOffset.UtcNow);
        var id = DataDiffId.New(now);
        var operation = Operation.Enqueue(OperationKinds.CompareDataVersions, Subjects.DataVersion("test", 1), id.Value, WorkerStack.Ada, now);
        db.Operations.Add(operation);
        db.DataDiffs.Add(DataDiff.Request(id, "test", from, to, key, operation.Id, WorkerStack.Ada, now).Value);
        await WorkerStack.CommitAsync(db, new DataVersionsCompared("test", 1, 2, key));
        return id;
    }
}
