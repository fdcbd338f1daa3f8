using System.Text.Json;
using ModelHub.Api.Data;
using ModelHub.Api.Models;
using ModelHub.Api.Operations;
using ModelHub.Domain.Training.Search;

namespace ModelHub.Api.Training;

[ObjectType<Pipeline>(Only = [
    nameof(Pipeline.Id), nameof(Pipeline.Name), nameof(Pipeline.Trainer), nameof(Pipeline.CreatedBy), nameof(Pipeline.CreatedAt), nameof(Pipeline.UpdatedAt),
    nameof(Pipeline.Triggers), nameof(Pipeline.TriggersSetBy), nameof(Pipeline.TriggersSetAt), nameof(Pipeline.BreakerResetAt), nameof(Pipeline.Revision)],
    Wide = [nameof(Pipeline.Definition), nameof(Pipeline.Triggers)])]
[Authorize(nameof(Permission.Read))]
internal static class PipelineFields
{
    [NodeResolver]
    public static async Task<Pipeline?> GetAsync(PipelineId id, Caller caller, PipelineById pipelines, CancellationToken ct)
        => (await pipelines.LoadAsync(id, ct)).IfVisible(caller, pipeline => pipeline.Name);

    [Reads(nameof(Pipeline.Definition))]
    public static JsonElement GetDefinition([Parent] Pipeline pipeline) => JsonSerializer.Deserialize<JsonElement>(pipeline.Definition);

    /// <summary>The model its runs make versions of; null when the caller may not see it.</summary>
    public static async Task<Model?> GetModelAsync([Parent] Pipeline pipeline, Caller caller, ModelById models, CancellationToken ct)
        => (await models.LoadAsync(pipeline.ModelId, ct)).IfVisible(caller, model => model.Name);

    public static async Task<Dataset?> GetDatasetAsync([Parent] Pipeline pipeline, Caller caller, DatasetById datasets, CancellationToken ct)
        => pipeline.DatasetId is { } id ? (await datasets.LoadAsync(id, ct)).IfVisible(caller, dataset => dataset.Name) : null;

    [UsePaging]
    public static Task<Page<TrainingRun>> GetRunsAsync(
        [Parent] Pipeline pipeline, PagingArguments paging, QueryContext<TrainingRun> wanted, RunsOfPipeline runs, CancellationToken ct)
        => runs.LoadAsync(pipeline.Id, paging, wanted, ct);

    /// <summary>The run that retrainPipeline was asked for and that is not there yet; null: none is. A worker makes it as soon as there are data.</summary>
    public static Task<TrainingWish?> GetWantedAsync([Parent] Pipeline pipeline, WishOfPipeline wishes, CancellationToken ct) => wishes.LoadAsync(pipeline.Id, ct);

    /// <summary>Runs that were wanted and held back, those counted last first.</summary>
    [UsePaging]
    public static Task<Page<RetrainingSkip>> GetSkipsAsync(
        [Parent] Pipeline pipeline, PagingArguments paging, QueryContext<RetrainingSkip> wanted, SkipsOfPipeline skips, CancellationToken ct)
        => skips.LoadAsync(pipeline.Id, paging, wanted, ct);
}

[ObjectType<TrainingWish>]
[Authorize(nameof(Permission.Read))]
internal static class TrainingWishFields;

[ObjectType<RetrainingSkip>(Only = [
    nameof(RetrainingSkip.Kind), nameof(RetrainingSkip.About), nameof(RetrainingSkip.Guard), nameof(RetrainingSkip.Reason), nameof(RetrainingSkip.Until),
    nameof(RetrainingSkip.Count), nameof(RetrainingSkip.FirstAt), nameof(RetrainingSkip.LastAt), nameof(RetrainingSkip.EndedAt)])]
[Authorize(nameof(Permission.Read))]
internal static class RetrainingSkipFields;

[ObjectType<TrainingRun>(Only = [
    nameof(TrainingRun.Id), nameof(TrainingRun.State), nameof(TrainingRun.Progress), nameof(TrainingRun.Parameters), nameof(TrainingRun.Metrics),
    nameof(TrainingRun.StartedAt), nameof(TrainingRun.EndedAt), nameof(TrainingRun.RequestedBy), nameof(TrainingRun.RequestedAt), nameof(TrainingRun.Failure),
    nameof(TrainingRun.Causes), nameof(TrainingRun.Override), nameof(TrainingRun.SearchUntil), nameof(TrainingRun.BestTrial),
    nameof(TrainingRun.Evaluation), nameof(TrainingRun.PromotionWanted), nameof(TrainingRun.PromotionNote), nameof(TrainingRun.Revision)],
    Wide = [nameof(TrainingRun.Evaluation), nameof(TrainingRun.PromotionNote), nameof(TrainingRun.Definition), nameof(TrainingRun.Causes), nameof(TrainingRun.Override), nameof(TrainingRun.Parameters), nameof(TrainingRun.Metrics), nameof(TrainingRun.Failure)])]
[Authorize(nameof(Permission.Read))]
internal static class TrainingRunFields
{
    [NodeResolver]
    public static async Task<TrainingRun?> GetAsync(TrainingRunId id, Caller caller, TrainingRunById runs, CancellationToken ct)
        => (await runs.LoadAsync(id, ct)).IfVisible(caller, run => run.Pipeline.Name);

    public static async Task<Pipeline> GetPipelineAsync([Parent] TrainingRun run, PipelineById pipelines, CancellationToken ct)
        => (await pipelines.LoadAsync(run.PipelineId, ct))!;

    public static async Task<DataVersion?> GetDataVersionAsync([Parent] TrainingRun run, Caller caller, DataVersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(run.DataVersionId, ct)).IfVisible(caller, version => version.Dataset.Name);

    /// <summary>The version it made.</summary>
    public static async Task<Version?> GetVersionAsync([Parent] TrainingRun run, Caller caller, VersionById versions, CancellationToken ct)
        => run.VersionId is { } id ? (await versions.LoadAsync(id, ct)).IfVisible(caller, version => version.Model.Name) : null;

    /// <summary>The version it starts warm from.</summary>
    public static async Task<Version?> GetParentVersionAsync([Parent] TrainingRun run, Caller caller, VersionById versions, CancellationToken ct)
        => run.ParentVersionId is { } id ? (await versions.LoadAsync(id, ct)).IfVisible(caller, version => version.Model.Name) : null;

    [Reads(nameof(TrainingRun.Definition))]
    public static JsonElement GetDefinition([Parent] TrainingRun run) => JsonSerializer.Deserialize<JsonElement>(run.Definition);

    /// <summary>The choices of settings that it tried, in the order in which they were drawn; none when it searches nothing.</summary>
    [UsePaging]
    [UseFiltering(nameof(TrainingTrial.State), nameof(TrainingTrial.Number), nameof(TrainingTrial.Rung))]
    [UseSorting(nameof(TrainingTrial.Number), nameof(TrainingTrial.Metric))]
    public static Task<Page<TrainingTrial>> GetTrialsAsync(
        [Parent] TrainingRun run, PagingArguments paging, QueryContext<TrainingTrial> wanted, TrialsOfRun trials, CancellationToken ct)
        => trials.LoadAsync(run.Id, paging, wanted, ct);

    public static async Task<Operation> GetOperationAsync([Parent] TrainingRun run, OperationById operations, CancellationToken ct)
        => (await operations.LoadAsync(run.OperationId, ct))!;

    /// <summary>At most 500 lines after the given one.</summary>
    [ListSize(AssumedSize = 50)]
    public static Task<IReadOnlyList<LogLine>> GetLogAsync([Parent] TrainingRun run, LogOfOperation log, CancellationToken ct, long after = 0)
        => log.LoadAsync((run.OperationId, after), ct);
}
