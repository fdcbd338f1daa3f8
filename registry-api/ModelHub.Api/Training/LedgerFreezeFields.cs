using ModelHub.Api.Data;
using ModelHub.Api.Operations;

namespace ModelHub.Api.Training;

[ObjectType<LedgerFreeze>(Only = [nameof(LedgerFreeze.Id), nameof(LedgerFreeze.RequestedBy), nameof(LedgerFreeze.RequestedAt)])]
[Authorize(nameof(Permission.Read))]
internal static class LedgerFreezeFields
{
    [NodeResolver]
    public static async Task<LedgerFreeze?> GetAsync(LedgerFreezeId id, Caller caller, LedgerFreezeById freezes, PipelineById pipelines, CancellationToken ct)
    {
        if (await freezes.LoadAsync(id, ct) is not { } freeze)
            return null;
        return (await pipelines.LoadAsync(freeze.PipelineId, ct)).IfVisible(caller, pipeline => pipeline.Name) is null ? null : freeze;
    }

    /// <summary>Into whose dataset it goes.</summary>
    public static async Task<Pipeline> GetPipelineAsync([Parent] LedgerFreeze freeze, PipelineById pipelines, CancellationToken ct)
        => (await pipelines.LoadAsync(freeze.PipelineId, ct))!;

    /// <summary>Where the model was served.</summary>
    public static string Environment([Parent] LedgerFreeze freeze) => freeze.Rule.Environment;

    /// <summary>How far back from the request.</summary>
    public static TimeSpan Window([Parent] LedgerFreeze freeze) => freeze.Rule.Window;

    /// <summary>With fewer labelled rows it fails.</summary>
    public static int MinimumRows([Parent] LedgerFreeze freeze) => freeze.Rule.MinimumRows;

    /// <summary>How far it is, and why it failed.</summary>
    public static async Task<Operation> GetOperationAsync([Parent] LedgerFreeze freeze, OperationById operations, CancellationToken ct)
        => (await operations.LoadAsync(freeze.OperationId, ct))!;

    /// <summary>What came of it; null until the operation has succeeded, and when the caller may not see it.</summary>
    public static async Task<DataVersion?> GetDataVersionAsync([Parent] LedgerFreeze freeze, Caller caller, DataVersionById versions, CancellationToken ct)
        => freeze.DataVersionId is { } id ? (await versions.LoadAsync(id, ct)).IfVisible(caller, version => version.Dataset.Name) : null;
}

internal sealed class LedgerFreezeById(IDbContextFactory<ModelHubDb> factory) : ById<LedgerFreezeId, LedgerFreeze>(factory, freeze => freeze.Id);
