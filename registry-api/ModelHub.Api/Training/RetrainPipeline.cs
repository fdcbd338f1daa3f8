using ModelHub.Domain.Events;

namespace ModelHub.Api.Training;

internal sealed record RetrainPipelineInput(string Pipeline, string? IdempotencyKey);

[MutationType]
internal static class RetrainPipeline
{
    /// <summary>Wants a run as if a trigger had: on what the triggers say, which is fresh labelled predictions where they name a ledger. It is made as soon as there are data; startTraining begins at once, on a version of the dataset.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PipelineNotFound))]
    [Error(typeof(DatasetNotFound))]
    [Error(typeof(TrainingHeldBack))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Pipeline, Refusal>> RetrainPipelineAsync(
        RetrainPipelineInput input, Caller caller, ModelHubDb db, IDbContextFactory<ModelHubDb> factory, TimeProvider time, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return Guarding.OnceAsync(db, factory, caller, nameof(RetrainPipeline), input, input.IdempotencyKey, input.Pipeline, now, () => RunAsync(input, caller, db, now, ct), ct);
    }

    private static async Task<Result<Pipeline>> RunAsync(RetrainPipelineInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Pipeline)))
            return new NotPermitted();
        if (await db.Pipelines.Include(p => p.Model).SingleOrDefaultAsync(p => p.Name == input.Pipeline, ct) is not { } pipeline)
            return new PipelineNotFound(input.Pipeline);
        if (!MayDefine.Starts(caller, pipeline))
            return new NotPermitted();
        if (pipeline.DatasetId is null)
            return new DatasetNotFound("");
        if (pipeline.Triggers is null)
            return new InvalidInput("pipeline", "one with triggers, which say on what it trains; startTraining runs it on a version of its dataset");
        return await Guarding.HoldAsync(db, pipeline, now, ct) is { } held
            ? new TrainingHeldBack(held.Guard, held.Reason, held.Until)
            : await db.CommitAsync(new TrainingWanted(pipeline.Name, pipeline.Model.Name), caller.Actor, ct) is { } refused ? refused : pipeline;
    }
}
