using System.Linq.Expressions;

namespace ModelHub.Api.Environments;

internal sealed class EnvironmentById(IDbContextFactory<ModelHubDb> factory) : ById<EnvironmentId, Environment>(factory, environment => environment.Id);

/// <summary>The endpoints of an environment that a caller may see, by model.</summary>
internal sealed class EndpointsOfEnvironment(IDbContextFactory<ModelHubDb> factory) : GroupedDataLoader<(EnvironmentId Environment, Caller Caller), Endpoint>
{
    private const int Most = 1000;

    protected override async Task<ILookup<(EnvironmentId Environment, Caller Caller), Endpoint>> LoadGroupsAsync(
        IReadOnlyList<(EnvironmentId Environment, Caller Caller)> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var found = new List<(Caller Caller, Endpoint Endpoint)>();
        foreach (var same in keys.GroupBy(key => key.Caller, key => key.Environment))
            found.AddRange((await OfAsync(db, [.. same], same.Key, ct)).Select(endpoint => (same.Key, endpoint)));
        return found.ToLookup(one => (one.Endpoint.EnvironmentId, one.Caller), one => one.Endpoint);
    }

    private static Task<List<Endpoint>> OfAsync(ModelHubDb db, List<EnvironmentId> environments, Caller caller, CancellationToken ct)
    {
        var visible = Visible.To<Endpoint>(caller, endpoint => endpoint.Model.Name);
        return db.Environments.AsNoTracking().Where(environment => environments.Contains(environment.Id))
            .SelectMany(environment => db.Endpoints.Include(endpoint => endpoint.Model).Include(endpoint => endpoint.Environment)
                .Where(endpoint => endpoint.EnvironmentId == environment.Id).Where(visible)
                .OrderBy(endpoint => endpoint.Model.Name).Take(Most))
            .OrderBy(endpoint => endpoint.Model.Name).ToListAsync(ct);
    }
}

internal sealed class PoliciesOfEnvironment(IDbContextFactory<ModelHubDb> factory) : PagesOf<Environment, EnvironmentId, PolicyVersion>(factory, environment => environment.Id)
{
    protected override Expression<Func<Environment, IQueryable<PolicyVersion>>> Children(ModelHubDb db) => environment => db.Set<PolicyVersion>()
        .Where(version => version.EnvironmentId == environment.Id)
        .OrderByDescending(version => version.Number).ThenByDescending(version => version.Id);
}
