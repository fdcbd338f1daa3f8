using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Training;

/// <param name="DataVersion">A number; the newest that is ready when left out.</param>
/// <param name="Parameters">A JSON object laid over the pipeline's definition for this run.</param>
internal sealed record StartTrainingInput(string Pipeline, int? DataVersion, JsonElement? Parameters, string? IdempotencyKey);

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
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<TrainingRun, Refusal>> StartTrainingAsync(StartTrainingInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(StartTraining), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<TrainingRun>> RunAsync(StartTrainingInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Pipeline)))
            return new NotPermitted();
        if (await db.Pipelines.Include(p => p.Model).Include(p => p.Dataset).SingleOrDefaultAsync(p => p.Name == input.Pipeline, ct) is not { } pipeline)
            return new PipelineNotFound(input.Pipeline);
        if (pipeline.Dataset is null)
            return new DatasetNotFound("");
        if (!caller.May(Permission.Read, Place.Of(pipeline.Dataset.Name)) || !caller.May(Permission.Write, Place.Of(pipeline.Model.Name)))
            return new NotPermitted();
        if ((await FindDataAsync(db, pipeline.Dataset, input.DataVersion, ct)).IsRefused(out var refusal, out var data))
            return refusal;
        if (Lay(input.Parameters, pipeline).IsRefused(out refusal, out var settings))
            return refusal;

        var id = TrainingRunId.New(now);
        var operation = Operation.Enqueue(OperationKinds.Train, Subjects.TrainingRun(id.Value), id.Value, caller.Actor, now);
        var request = TrainingRun.Request(
            id, pipeline, operation.Id, data.Id, await ParentAsync(db, pipeline.ModelId, ct), settings.Parameters, settings.Definition, caller.Actor, now);
        if (request.IsRefused(out refusal, out var run))
            return refusal;
        db.Operations.Add(operation);
        db.TrainingRuns.Add(run);
        return await db.CommitAsync(new TrainingRequested(id.Value, pipeline.Name, pipeline.Dataset.Name, data.Number), caller.Actor, ct) is { } refused ? refused : run;
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

    /// <summary>A warm start begins at the champion, else at the newest version that is ready.</summary>
    private static async Task<VersionId?> ParentAsync(ModelHubDb db, ModelId model, CancellationToken ct)
        => (await db.Aliases.AsNoTracking().SingleOrDefaultAsync(a => a.ModelId == model && a.Name == Alias.Champion, ct))?.VersionId
            ?? (await db.Versions.AsNoTracking().Where(v => v.ModelId == model && v.State == VersionState.Ready)
                .OrderByDescending(v => v.Number).FirstOrDefaultAsync(ct))?.Id;

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
