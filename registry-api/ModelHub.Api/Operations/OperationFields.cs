namespace ModelHub.Api.Operations;

internal sealed class OperationById(IDbContextFactory<ModelHubDb> factory) : ById<OperationId, Operation>(factory, operation => operation.Id);

[ObjectType<Operation>(Only = [
    nameof(Operation.Id), nameof(Operation.Kind), nameof(Operation.State), nameof(Operation.Progress), nameof(Operation.Message), nameof(Operation.Subject),
    nameof(Operation.Attempts), nameof(Operation.CancelRequested), nameof(Operation.RequestedBy), nameof(Operation.CreatedAt), nameof(Operation.StartedAt),
    nameof(Operation.EndedAt), nameof(Operation.Failure), nameof(Operation.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class OperationFields
{
    [NodeResolver]
    public static async Task<Operation?> GetAsync(OperationId id, Caller caller, OperationById operations, CancellationToken ct)
        => await operations.LoadAsync(id, ct) is { } operation && Subject.IsVisible(operation.Subject, caller) ? operation : null;

    /// <summary>At most 500 lines after the given one.</summary>
    [ListSize(AssumedSize = 50)]
    public static Task<IReadOnlyList<LogLine>> GetLogAsync([Parent] Operation operation, LogOfOperation log, CancellationToken ct, long after = 0)
        => log.LoadAsync((operation.Id, after), ct);
}

[ObjectType<LogLine>(Only = [nameof(LogLine.Sequence), nameof(LogLine.At), nameof(LogLine.Text)])]
[Authorize(nameof(Permission.Read))]
internal static class LogLineFields;
