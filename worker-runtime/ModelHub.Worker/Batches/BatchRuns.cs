using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;

namespace ModelHub.Worker.Batches;

/// <summary>How a batch run is read, and how it ends, in the transaction that ends its operation.</summary>
internal sealed class BatchRuns(TimeProvider time)
{
    public DateTimeOffset Now => time.GetUtcNow();

    public static Task<BatchRun> LoadAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var id = BatchRunId.From(operation.SubjectId);
        return db.BatchRuns.Include(r => r.Version.Model).Include(r => r.Dataset).SingleAsync(r => r.Id == id, ct);
    }

    /// <summary>Registers the output as the next version of its dataset and enqueues its profile: once per run, since the operation ends once.</summary>
    public async Task<Result<IReadOnlyList<Event>>> RegisterAsync(ModelHubDb db, Operation operation, DataFile file, CancellationToken ct)
    {
        var run = await LoadAsync(db, operation, ct);
        var actor = new Actor(run.RequestedBy);
        var dataset = run.Dataset;
        var number = await db.TakeDataVersionNumberAsync(dataset.Id, ct);
        if (DataVersion.Register(dataset.Id, number, [file], actor, Now).IsRefused(out var refusal, out var output)) return refusal;
        if (run.Succeed(output.Id, Now) is { } ended) return ended;
        db.DataVersions.Add(output);
        db.Operations.Add(Operation.Enqueue(OperationKinds.ProfileDataVersion, Subjects.DataVersion(dataset.Name, number), output.Id.Value, actor, Now));
        await db.ForgetShardOutputsAsync(run.Id, ct);
        return new List<Event>
        {
            new DataVersionRegistered(dataset.Name, number, output.Digest),
            new BatchSucceeded(run.Id.Value, run.Version.Model.Name, run.Version.Number, dataset.Name, number, run.RowsDone, run.RowsFailed),
        };
    }

    public async Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct)
    {
        var run = await LoadAsync(db, operation, ct);
        if (run.Fail(reason, Now) is not null) return [];
        await db.ForgetShardOutputsAsync(run.Id, ct);
        return [new BatchFailed(run.Id.Value, run.Version.Model.Name, run.Version.Number, reason)];
    }

    public async Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var run = await LoadAsync(db, operation, ct);
        if (run.Cancel(Now) is not null) return [];
        await db.ForgetShardOutputsAsync(run.Id, ct);
        return [new BatchCancelled(run.Id.Value, run.Version.Model.Name, run.Version.Number)];
    }
}
