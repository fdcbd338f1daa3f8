namespace ModelHub.Api.Environments;

[ObjectType<Environment>(Only = [
    nameof(Environment.Id), nameof(Environment.Name), nameof(Environment.Rank), nameof(Environment.Policy), nameof(Environment.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class EnvironmentFields
{
    [NodeResolver]
    public static Task<Environment?> GetAsync(EnvironmentId id, EnvironmentById environments, CancellationToken ct) => environments.LoadAsync(id, ct);

    public static int GetApprovalsRequired([Parent] Environment environment) => environment.Policy.Approvals;

    /// <summary>The endpoints the caller may see.</summary>
    [ListSize(AssumedSize = 20)]
    public static Task<IReadOnlyList<Endpoint>> GetEndpointsAsync([Parent] Environment environment, Caller caller, EndpointsOfEnvironment endpoints, CancellationToken ct)
        => endpoints.LoadAsync((environment.Id, caller), ct);
}

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class EnvironmentQueries
{
    /// <summary>All environments, by rank.</summary>
    public static async Task<IReadOnlyList<Environment>> GetEnvironmentsAsync(ModelHubDb db, CancellationToken ct)
        => await db.Set<Environment>().AsNoTracking().OrderBy(environment => environment.Rank).ThenBy(environment => environment.Name).ToListAsync(ct);

    public static Task<Environment?> GetEnvironmentAsync(string name, ModelHubDb db, CancellationToken ct)
        => db.Set<Environment>().AsNoTracking().SingleOrDefaultAsync(environment => environment.Name == name, ct);
}
