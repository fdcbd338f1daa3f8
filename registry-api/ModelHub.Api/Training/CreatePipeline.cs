using System.Text.Json;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Training;

internal sealed record CreatePipelineInput(string Name, string Model, string? Dataset, Trainer Trainer, JsonElement Definition, string? IdempotencyKey);

[MutationType]
internal static class CreatePipeline
{
    /// <summary>Names a trainer with its data and settings; a run of it yields a version of the model.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(NameTaken))]
    [Error(typeof(ModelNotFound))]
    [Error(typeof(DatasetNotFound))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Pipeline, Refusal>> CreatePipelineAsync(CreatePipelineInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(CreatePipeline), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Pipeline>> RunAsync(CreatePipelineInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!MayDefine.Allows(caller, input.Name, input.Model, input.Trainer))
            return new NotPermitted();
        if ((await PipelineParts.FindAsync(db, caller, input.Model, input.Dataset, ct)).IsRefused(out var refusal, out var parts))
            return refusal;
        if (Pipeline.Create(input.Name, parts.Model.Id, parts.Dataset?.Id, input.Trainer, input.Definition.GetRawText(), caller.Actor, now).IsRefused(out refusal, out var pipeline))
            return refusal;
        if (await db.Pipelines.AnyAsync(p => p.Name == input.Name, ct))
            return new NameTaken(input.Name);

        db.Pipelines.Add(pipeline);
        return await db.CommitAsync(new PipelineCreated(pipeline.Name, input.Model), caller.Actor, ct) is { } refused ? refused : pipeline;
    }
}
