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
        var variants = await db.Variants.AsNoTracking().Where(variant => variant.ValidTo == null && wanted.Contains(variant.VersionId))
            .Include(variant => variant.Endpoint.Model).Include(variant => variant.Endpoint.Environment)
            .OrderBy(variant => variant.Endpoint.Environment.Rank).ToListAsync(ct);
        return variants.ToLookup(variant => variant.VersionId, variant => variant.Endpoint);
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
