using System.Linq.Expressions;

namespace ModelHub.Api.Rollouts;

internal sealed class EndpointById(IDbContextFactory<ModelHubDb> factory) : ById<EndpointId, Endpoint>(factory, endpoint => endpoint.Id)
{
    protected override IQueryable<Endpoint> From(IQueryable<Endpoint> rows) => rows.Include(endpoint => endpoint.Model).Include(endpoint => endpoint.Environment);
}

internal sealed class EndpointsOfModel(IDbContextFactory<ModelHubDb> factory) : ManyBy<ModelId, Endpoint>(factory, endpoint => endpoint.ModelId)
{
    protected override IQueryable<Endpoint> From(IQueryable<Endpoint> rows)
        => rows.Include(endpoint => endpoint.Model).Include(endpoint => endpoint.Environment).OrderBy(endpoint => endpoint.Environment.Rank);
}

/// <summary>The endpoints at which a version takes traffic now.</summary>
internal sealed class EndpointsOfVersion(IDbContextFactory<ModelHubDb> factory) : GroupedDataLoader<VersionId, Endpoint>
{
    protected override async Task<ILookup<VersionId, Endpoint>> LoadGroupsAsync(IReadOnlyList<VersionId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var wanted = keys.ToList();
        var variants = db.Variants.AsNoTracking().Where(variant => variant.ValidTo == null && variant.Role != VariantRole.Shadow && wanted.Contains(variant.VersionId))
            .Include(variant => variant.Endpoint.Model).Include(variant => variant.Endpoint.Environment)
            .OrderBy(variant => variant.Endpoint.Environment.Rank);
        return (await Narrow(db, variants).ToListAsync(ct)).ToLookup(variant => variant.VersionId, variant => variant.Endpoint);
    }
}

/// <summary>The variants that hold now.</summary>
internal sealed class VariantsOfEndpoint(IDbContextFactory<ModelHubDb> factory) : ManyBy<EndpointId, Variant>(factory, variant => variant.EndpointId)
{
    protected override IQueryable<Variant> From(IQueryable<Variant> rows)
        => rows.Where(variant => variant.ValidTo == null).OrderBy(variant => variant.ValidFrom).ThenBy(variant => variant.Id);
}

internal sealed class PlacementsOfEndpoint(IDbContextFactory<ModelHubDb> factory) : ManyBy<EndpointId, Placement>(factory, placement => placement.EndpointId)
{
    protected override IQueryable<Placement> From(IQueryable<Placement> rows) => rows.OrderBy(placement => placement.Node.Name);
}

/// <summary>Newest first.</summary>
internal sealed class HistoryOfEndpoint(IDbContextFactory<ModelHubDb> factory) : PagesOf<Endpoint, EndpointId, RoutingChange>(factory, endpoint => endpoint.Id)
{
    protected override Expression<Func<Endpoint, IQueryable<RoutingChange>>> Children(ModelHubDb db) => endpoint => db.RoutingChanges
        .Where(change => change.EndpointId == endpoint.Id)
        .OrderByDescending(change => change.At).ThenByDescending(change => change.Id);
}

/// <summary>Newest first.</summary>
internal sealed class RollbacksOfEndpoint(IDbContextFactory<ModelHubDb> factory) : PagesOf<Endpoint, EndpointId, Rollback>(factory, endpoint => endpoint.Id)
{
    protected override Expression<Func<Endpoint, IQueryable<Rollback>>> Children(ModelHubDb db) => endpoint => db.Rollbacks
        .Where(rollback => rollback.EndpointId == endpoint.Id)
        .OrderByDescending(rollback => rollback.DecidedAt).ThenByDescending(rollback => rollback.Id);
}
