using System.Text.Json;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Training;

internal sealed record UpdatePipelineInput(
    string Name, string? Model, string? Dataset, Trainer? Trainer, JsonElement? Definition, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class UpdatePipeline
{
    /// <summary>Changes a pipeline; fields left out stay as they are. Runs that were asked for keep what they were asked with.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PipelineNotFound))]
    [Error(typeof(ModelNotFound))]
    [Error(typeof(DatasetNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Pipeline, Refusal>> UpdatePipelineAsync(UpdatePipelineInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(UpdatePipeline), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Pipeline>> RunAsync(UpdatePipelineInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Name)))
            return new NotPermitted();
        if (await db.Pipelines.Include(p => p.Model).Include(p => p.Dataset).SingleOrDefaultAsync(p => p.Name == input.Name, ct) is not { } pipeline)
            return new PipelineNotFound(input.Name);
        var (model, trainer) = (input.Model ?? pipeline.Model.Name, input.Trainer ?? pipeline.Trainer);
        if (!MayDefine.Allows(caller, input.Name, model, trainer))
            return new NotPermitted();
        if ((await PipelineParts.FindAsync(db, caller, model, input.Dataset ?? pipeline.Dataset?.Name, ct)).IsRefused(out var missing, out var parts))
            return missing;

        var refusal = Expect.Revision(pipeline, input.ExpectedRevision)
            ?? pipeline.Define(parts.Model.Id, parts.Dataset?.Id, trainer, input.Definition?.GetRawText() ?? pipeline.Definition, now)
            ?? await db.CommitAsync(new PipelineUpdated(pipeline.Name, model), caller.Actor, ct);
        return refusal is null ? pipeline : refusal;
    }
}
