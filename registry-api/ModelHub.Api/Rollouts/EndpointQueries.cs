namespace ModelHub.Api.Rollouts;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class EndpointQueries
{
    /// <summary>The endpoints of models the caller may read.</summary>
    [UsePaging]
    [UseFiltering("environment: Environment.Name", "model: Model.Name", nameof(Endpoint.CreatedAt), nameof(Endpoint.UpdatedAt))]
    [UseSorting("environment: Environment.Name", "model: Model.Name", nameof(Endpoint.CreatedAt), nameof(Endpoint.UpdatedAt))]
    public static IQueryable<Endpoint> GetEndpoints(Caller caller, ModelHubDb db)
        => db.Endpoints.AsNoTracking().Include(endpoint => endpoint.Model).Include(endpoint => endpoint.Environment)
            .VisibleTo(caller, endpoint => endpoint.Model.Name)
            .OrderBy(endpoint => endpoint.CreatedAt).ThenBy(endpoint => endpoint.Id);

    public static async Task<Endpoint?> GetEndpointAsync(string model, string environment, Caller caller, ModelHubDb db, CancellationToken ct)
        => (await db.Endpoints.AsNoTracking().Include(endpoint => endpoint.Model).Include(endpoint => endpoint.Environment)
            .SingleOrDefaultAsync(endpoint => endpoint.Model.Name == model && endpoint.Environment.Name == environment, ct))
            .IfVisible(caller, endpoint => endpoint.Model.Name);
}
