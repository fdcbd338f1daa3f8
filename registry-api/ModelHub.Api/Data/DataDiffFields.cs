namespace ModelHub.Api.Data;

[ObjectType<DataDiff>(Only = [nameof(DataDiff.Id), nameof(DataDiff.Key), nameof(DataDiff.Result), nameof(DataDiff.RequestedBy), nameof(DataDiff.RequestedAt)],
    Wide = [nameof(DataDiff.Result)])]
[Authorize(nameof(Permission.Read))]
internal static class DataDiffFields
{
    [NodeResolver]
    public static async Task<DataDiff?> GetAsync(DataDiffId id, Caller caller, DataDiffById diffs, DataVersionById versions, CancellationToken ct)
    {
        if (await diffs.LoadAsync(id, ct) is not { } diff)
            return null;
        return (await versions.LoadAsync(diff.FromId, ct)).IfVisible(caller, version => version.Dataset.Name) is null ? null : diff;
    }

    /// <summary>The earlier one.</summary>
    public static async Task<DataVersion> GetFromAsync([Parent] DataDiff diff, DataVersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(diff.FromId, ct))!;

    /// <summary>The later one.</summary>
    public static async Task<DataVersion> GetToAsync([Parent] DataDiff diff, DataVersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(diff.ToId, ct))!;

    /// <summary>How far the comparison is, and why it failed.</summary>
    public static async Task<Operation> GetOperationAsync([Parent] DataDiff diff, ModelHub.Api.Operations.OperationById operations, CancellationToken ct)
        => (await operations.LoadAsync(diff.OperationId, ct))!;
}

internal sealed class DataDiffById(IDbContextFactory<ModelHubDb> factory) : ById<DataDiffId, DataDiff>(factory, diff => diff.Id);
