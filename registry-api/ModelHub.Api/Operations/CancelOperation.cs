using ModelHub.Domain.Batches;
using ModelHub.Domain.Events;
using ModelHub.Domain.Training.Search;

namespace ModelHub.Api.Operations;

internal sealed record CancelOperationInput([property: ID<Operation>] OperationId Operation, string? IdempotencyKey);

[MutationType]
internal static class CancelOperation
{
    /// <summary>Stops background work: at once when it has not begun, else as soon as its worker notices.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(OperationNotFound))]
    [Error(typeof(OperationEnded))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Operation, Refusal>> CancelOperationAsync(CancelOperationInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(CancelOperation), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<Operation>> RunAsync(CancelOperationInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.Everywhere))
            return new NotPermitted();
        if (await db.Operations.SingleOrDefaultAsync(o => o.Id == input.Operation, ct) is not { } operation)
            return new OperationNotFound();
        if (operation.Cancel(now) is { } ended)
            return ended;
        if (operation.State == OperationState.Cancelled)
            await EndSubjectAsync(operation, db, now, ct);
        return await db.CommitAsync(new OperationCancelRequested(operation.Id.Value, operation.Kind, operation.Subject), caller.Actor, ct) is { } refusal
            ? refusal
            : operation;
    }

    /// <summary>What waited for work that will never begin must not wait for ever.</summary>
    private static async Task EndSubjectAsync(Operation operation, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        const string why = "cancelled before it began";
        if (operation.Kind == OperationKinds.Train && await db.TrainingRuns.FindAsync([TrainingRunId.From(operation.SubjectId)], ct) is { } run)
        {
            run.Cancel(now);
            await db.CancelTrialsOfAsync(run, now, ct);
        }
        else if (operation.Kind == OperationKinds.TrainTrial && await db.TrainingTrials.FindAsync([TrainingTrialId.From(operation.SubjectId)], ct) is { } trial)
            trial.Cancel(now);
        else if (operation.Kind == OperationKinds.Batch && await db.BatchRuns.FindAsync([BatchRunId.From(operation.SubjectId)], ct) is { } batch)
        {
            batch.Cancel(now);
            await db.ForgetShardOutputsAsync(batch.Id, ct);
        }
        else if (operation.Kind == OperationKinds.ValidateVersion && await db.Versions.FindAsync([VersionId.From(operation.SubjectId)], ct) is { } version)
            version.Fail(why, now);
        else if (operation.Kind == OperationKinds.ProfileDataVersion && await db.DataVersions.FindAsync([DataVersionId.From(operation.SubjectId)], ct) is { } data)
            data.Fail(why, now);
    }
}
