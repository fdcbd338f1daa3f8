using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Training;

/// <param name="DataVersion">A number; the newest that is ready when left out.</param>
/// <param name="Parameters">A JSON object laid over the pipeline's definition for this run.</param>
/// <param name="Override">Why it must run though a guard of the pipeline holds it back; needs the operator's right, and is audited.</param>
internal sealed record StartTrainingInput(string Pipeline, int? DataVersion, JsonElement? Parameters, string? IdempotencyKey, string? Override = null);

[MutationType]
internal static class StartTraining
{
    // What a command is and may use is decided by an administrator with the pipeline, not by who starts a run.
    private static readonly string[] FixedForProcess = ["command", "environment", "timeoutSeconds", "memoryBytes"];

    /// <summary>Asks a worker to run a pipeline; the run can be followed and cancelled.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PipelineNotFound))]
    [Error(typeof(DatasetNotFound))]
    [Error(typeof(DataVersionNotFound))]
    [Error(typeof(DataVersionNotReady))]
    [Error(typeof(TrainingHeldBack))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<TrainingRun, Refusal>> StartTrainingAsync(
        StartTrainingInput input, Caller caller, ModelHubDb db, IDbContextFactory<ModelHubDb> factory, TimeProvider time, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return Guarding.OnceAsync(db, factory, caller, nameof(StartTraining), input, input.IdempotencyKey, input.Pipeline, now, () => RunAsync(input, caller, db, now, ct), ct);
    }

    private static async Task<Result<TrainingRun>> RunAsync(StartTrainingInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Pipeline)))
            return new NotPermitted();
        if (await db.Pipelines.Include(p => p.Model).Include(p => p.Dataset).SingleOrDefaultAsync(p => p.Name == input.Pipeline, ct) is not { } pipeline)
            return new PipelineNotFound(input.Pipeline);
        if (pipeline.Dataset is null)
            return new DatasetNotFound("");
        if (!MayDefine.Starts(caller, pipeline) || (input.Override is not null && !caller.May(Permission.Operate, Place.Of(input.Pipeline))))
            return new NotPermitted();
        if (input.Override is not null && Guarding.NotAReason("override", input.Override) is { } unfit)
            return unfit;
        if ((await FindDataAsync(db, pipeline.Dataset, input.DataVersion, ct)).IsRefused(out var refusal, out var data))
            return refusal;
        if (Lay(input.Parameters, pipeline).IsRefused(out refusal, out var settings))
            return refusal;

        var held = await Guarding.HoldAsync(db, pipeline, now, ct);
        if (held is not null && input.Override is null)
            return new TrainingHeldBack(held.Guard, held.Reason, held.Until);
        var guard = held is null ? null : new GuardOverride(held.Guard, input.Override!);
        var request = new TrainingRequest(pipeline, data, settings.Parameters, settings.Definition, [Cause.ByHand(caller.Actor.Value, now)], guard);
        if ((await db.RequestTrainingAsync(request, caller.Actor, now, ct)).IsRefused(out refusal, out var asked))
            return refusal;
        Event[] overridden = held is null ? [] : [new TrainingGuardOverridden(asked.Run.Id.Value, pipeline.Name, pipeline.Model.Name, held.Guard, held.Reason, input.Override!)];
        return await db.CommitAsync([.. asked.Events, .. overridden], caller.Actor, ct) is { } refused ? refused : asked.Run;
    }

    private static async Task<Result<DataVersion>> FindDataAsync(ModelHubDb db, Dataset dataset, int? number, CancellationToken ct)
    {
        var versions = db.DataVersions.AsNoTracking().Where(v => v.DatasetId == dataset.Id);
        var version = number is null
            ? await versions.Where(v => v.State == DataVersionState.Ready).OrderByDescending(v => v.Number).FirstOrDefaultAsync(ct)
            : await versions.SingleOrDefaultAsync(v => v.Number == number, ct);
        return version switch
        {
            null => new DataVersionNotFound(dataset.Name, number ?? 0),
            { State: DataVersionState.Ready } => version,
            _ => new DataVersionNotReady(dataset.Name, version.Number, version.State),
        };
    }

    private static Result<(IReadOnlyList<Parameter> Parameters, string Definition)> Lay(JsonElement? over, Pipeline pipeline)
    {
        if (over is null or { ValueKind: JsonValueKind.Null })
            return ((IReadOnlyList<Parameter>)[], pipeline.Definition);
        if (over is not { ValueKind: JsonValueKind.Object } parameters)
            return new InvalidInput("parameters", "a JSON object");
        if (pipeline.Trainer == Trainer.Process && parameters.EnumerateObject().Any(property => FixedForProcess.Contains(property.Name)))
            return new InvalidInput("parameters", $"none of {string.Join(", ", FixedForProcess)}, which only the pipeline sets");
        var laid = JsonNode.Parse(pipeline.Definition)!.AsObject();
        foreach (var property in parameters.EnumerateObject())
            laid[property.Name] = JsonNode.Parse(property.Value.GetRawText());
        var listed = parameters.EnumerateObject().Select(property => new Parameter(property.Name, property.Value.ToString())).ToList();
        return ((IReadOnlyList<Parameter>)listed, laid.ToJsonString());
    }
}
