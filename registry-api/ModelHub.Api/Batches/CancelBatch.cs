using ModelHub.Domain.Batches;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Batches;

internal sealed record CancelBatchInput([property: ID<BatchRun>] BatchRunId Run, string? IdempotencyKey);

[MutationType]
internal static class CancelBatch
{
    /// <summary>Stops a batch run: at once when it has not begun, else as soon as its worker notices. Nothing becomes of what was predicted.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(BatchRunNotFound))]
    [Error(typeof(OperationEnded))]
    [Error(typeof(BatchRunEnded))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<BatchRun, Refusal>> CancelBatchAsync(CancelBatchInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(CancelBatch), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<BatchRun>> RunAsync(CancelBatchInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var run = (await db.BatchRuns.Include(r => r.Operation).Include(r => r.Version.Model).SingleOrDefaultAsync(r => r.Id == input.Run, ct))
            .IfVisible(caller, r => r.Version.Model.Name);
        if (run is null)
            return new BatchRunNotFound();
        if (!caller.May(Permission.Write, Place.Of(run.Version.Model.Name)))
            return new NotPermitted();
        if (run.Operation.Cancel(now) is { } ended)
            return ended;
        var events = new List<Event> { new OperationCancelRequested(run.OperationId.Value, run.Operation.Kind, run.Operation.Subject) };
        if (run.Operation.State == OperationState.Cancelled)
        {
            if (run.Cancel(now) is { } over)
                return over;
            await db.ForgetShardOutputsAsync(run.Id, ct);
            events.Add(new BatchCancelled(run.Id.Value, run.Version.Model.Name, run.Version.Number));
        }
        return await db.CommitAsync(events, caller.Actor, ct) is { } refusal ? refusal : run;
    }
}
