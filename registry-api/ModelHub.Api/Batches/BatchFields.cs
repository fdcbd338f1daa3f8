using ModelHub.Api.Data;
using ModelHub.Api.Models;
using ModelHub.Api.Nodes;
using ModelHub.Api.Operations;
using ModelHub.Domain.Batches;

namespace ModelHub.Api.Batches;

[ObjectType<BatchRun>(Only = [
    nameof(BatchRun.Id), nameof(BatchRun.State), nameof(BatchRun.Files), nameof(BatchRun.Format), nameof(BatchRun.ShardRows), nameof(BatchRun.Nodes), nameof(BatchRun.Keep),
    nameof(BatchRun.RowsTotal), nameof(BatchRun.RowsDone), nameof(BatchRun.RowsFailed), nameof(BatchRun.Rate), nameof(BatchRun.RequestedBy), nameof(BatchRun.RequestedAt),
    nameof(BatchRun.StartedAt), nameof(BatchRun.EndedAt), nameof(BatchRun.Failure), nameof(BatchRun.Revision)],
    Wide = [nameof(BatchRun.Files), nameof(BatchRun.Keep), nameof(BatchRun.Failure)])]
[Authorize(nameof(Permission.Read))]
internal static class BatchRunFields
{
    [NodeResolver]
    public static async Task<BatchRun?> GetAsync(BatchRunId id, Caller caller, BatchRunById runs, CancellationToken ct)
        => (await runs.LoadAsync(id, ct)).IfVisible(caller, run => run.Version.Model.Name);

    public static async Task<Version> GetVersionAsync([Parent] BatchRun run, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(run.VersionId, ct))!;

    /// <summary>The data version it reads; null for an uploaded file, and when the caller may not see it.</summary>
    public static async Task<DataVersion?> GetInputAsync([Parent] BatchRun run, Caller caller, DataVersionById versions, CancellationToken ct)
        => run.InputId is { } id ? (await versions.LoadAsync(id, ct)).IfVisible(caller, version => version.Dataset.Name) : null;

    /// <summary>The dataset whose version the output becomes; null when the caller may not see it.</summary>
    public static async Task<Dataset?> GetDatasetAsync([Parent] BatchRun run, Caller caller, DatasetById datasets, CancellationToken ct)
        => (await datasets.LoadAsync(run.DatasetId, ct)).IfVisible(caller, dataset => dataset.Name);

    /// <summary>The data version it made; null before, and when the caller may not see it.</summary>
    public static async Task<DataVersion?> GetOutputAsync([Parent] BatchRun run, Caller caller, DataVersionById versions, CancellationToken ct)
        => run.OutputId is { } id ? (await versions.LoadAsync(id, ct)).IfVisible(caller, version => version.Dataset.Name) : null;

    public static async Task<Operation> GetOperationAsync([Parent] BatchRun run, OperationById operations, CancellationToken ct)
        => (await operations.LoadAsync(run.OperationId, ct))!;

    /// <summary>Where the version is held for it, while it runs.</summary>
    public static Task<IReadOnlyList<BatchPlacement>> GetPlacementsAsync([Parent] BatchRun run, PlacementsOfBatch placements, CancellationToken ct)
        => placements.LoadAsync(run.Id, ct);
}

[ObjectType<BatchPlacement>(Only = [nameof(BatchPlacement.State), nameof(BatchPlacement.LastFailure), nameof(BatchPlacement.UpdatedAt)])]
[Authorize(nameof(Permission.Read))]
internal static class BatchPlacementFields
{
    public static async Task<InferenceNode> GetNodeAsync([Parent] BatchPlacement placement, NodeById nodes, CancellationToken ct)
        => (await nodes.LoadAsync(placement.NodeId, ct))!;
}
