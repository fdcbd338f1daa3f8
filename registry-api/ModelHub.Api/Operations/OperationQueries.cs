namespace ModelHub.Api.Operations;

internal sealed record OperationFilter(string? Kind, OperationState? State);

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class OperationQueries
{
    /// <summary>Background work, newest first. Who may not read everything sees the work on what he may read.</summary>
    [UsePaging]
    [UseSorting(nameof(Operation.CreatedAt))]
    public static IQueryable<Operation> GetOperations(OperationFilter? where, Caller caller, ModelHubDb db)
    {
        var (kind, state) = (where?.Kind, where?.State);
        return db.Operations.AsNoTracking().Where(Subject.Visible<Operation>(caller, operation => operation.Subject))
            .Where(operation => (kind == null || operation.Kind == kind) && (state == null || operation.State == state))
            .OrderByDescending(operation => operation.CreatedAt).ThenByDescending(operation => operation.Id);
    }

    public static Task<Operation?> GetOperationAsync([ID<Operation>] OperationId id, Caller caller, OperationById operations, CancellationToken ct)
        => OperationFields.GetAsync(id, caller, operations, ct);
}
