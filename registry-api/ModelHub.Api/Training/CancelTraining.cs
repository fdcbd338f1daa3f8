using ModelHub.Domain.Events;

namespace ModelHub.Api.Training;

internal sealed record CancelTrainingInput([property: ID<TrainingRun>] TrainingRunId Run, string? IdempotencyKey);

[MutationType]
internal static class CancelTraining
{
    /// <summary>Stops a run: at once when it has not begun, else as soon as its worker notices.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(TrainingRunNotFound))]
    [Error(typeof(OperationEnded))]
    [Error(typeof(TrainingRunEnded))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<TrainingRun, Refusal>> CancelTrainingAsync(CancelTrainingInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(CancelTraining), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<TrainingRun>> RunAsync(CancelTrainingInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var run = (await db.TrainingRuns.Include(r => r.Operation).Include(r => r.Pipeline).SingleOrDefaultAsync(r => r.Id == input.Run, ct))
            .IfVisible(caller, r => r.Pipeline.Name);
        if (run is null)
            return new TrainingRunNotFound();
        if (!caller.May(Permission.Write, Place.Of(run.Pipeline.Name)))
            return new NotPermitted();
        if (run.Operation.Cancel(now) is { } ended)
            return ended;
        await db.CancelTrialsOfAsync(run, now, ct);
        var events = new List<Event> { new OperationCancelRequested(run.OperationId.Value, run.Operation.Kind, run.Operation.Subject) };
        if (run.Operation.State == OperationState.Cancelled)
        {
            if (run.Cancel(now) is { } over)
                return over;
            events.Add(new TrainingCancelled(run.Id.Value, run.Pipeline.Name));
        }
        return await db.CommitAsync(events, caller.Actor, ct) is { } refusal ? refusal : run;
    }
}
