namespace ModelHub.Api.Operations;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class OperationQueries
{
    /// <summary>Background work, newest first. Who may not read everything sees the work on what he may read.</summary>
    [UsePaging]
    [UseFiltering(nameof(Operation.Kind), nameof(Operation.State), nameof(Operation.Subject), nameof(Operation.RequestedBy), nameof(Operation.CreatedAt))]
    [UseSorting(nameof(Operation.CreatedAt))]
    public static IQueryable<Operation> GetOperations(Caller caller, ModelHubDb db)
        => db.Operations.AsNoTracking().Where(Subject.Visible<Operation>(caller, operation => operation.Subject))
            .OrderByDescending(operation => operation.CreatedAt).ThenByDescending(operation => operation.Id);

    public static Task<Operation?> GetOperationAsync([ID<Operation>] OperationId id, Caller caller, OperationById operations, CancellationToken ct)
        => OperationFields.GetAsync(id, caller, operations, ct);
}
