namespace ModelHub.Api.Rollouts;

internal sealed record EndpointFilter(string? Environment, string? Model);

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class EndpointQueries
{
    /// <summary>The endpoints of models the caller may read.</summary>
    [UsePaging]
    public static IQueryable<Endpoint> GetEndpoints(EndpointFilter? where, Caller caller, ModelHubDb db)
    {
        var (environment, model) = (where?.Environment, where?.Model);
        return db.Endpoints.AsNoTracking().Include(endpoint => endpoint.Model).Include(endpoint => endpoint.Environment)
            .VisibleTo(caller, endpoint => endpoint.Model.Name)
            .Where(endpoint => (environment == null || endpoint.Environment.Name == environment) && (model == null || endpoint.Model.Name == model))
            .OrderBy(endpoint => endpoint.CreatedAt).ThenBy(endpoint => endpoint.Id);
    }

    public static async Task<Endpoint?> GetEndpointAsync(string model, string environment, Caller caller, ModelHubDb db, CancellationToken ct)
        => (await db.Endpoints.AsNoTracking().Include(endpoint => endpoint.Model).Include(endpoint => endpoint.Environment)
            .SingleOrDefaultAsync(endpoint => endpoint.Model.Name == model && endpoint.Environment.Name == environment, ct))
            .IfVisible(caller, endpoint => endpoint.Model.Name);
}
