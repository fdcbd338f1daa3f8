namespace ModelHub.Api.Nodes;

internal sealed class NodeById(IDbContextFactory<ModelHubDb> factory) : ById<NodeId, InferenceNode>(factory, node => node.Id);

internal sealed class PlacementsOfNode(IDbContextFactory<ModelHubDb> factory) : ManyBy<NodeId, Placement>(factory, placement => placement.NodeId)
{
    protected override IQueryable<Placement> From(IQueryable<Placement> rows)
        => rows.Include(placement => placement.Version.Model).OrderBy(placement => placement.Version.Model.Name).ThenBy(placement => placement.Version.Number);
}

/// <summary>What a node may use.</summary>
/// <param name="MemoryBytes">For loaded models.</param>
internal sealed record NodeCapacity(long MemoryBytes, int Cpus);

[ObjectType<InferenceNode>(Only = [
    nameof(InferenceNode.Id), nameof(InferenceNode.Name), nameof(InferenceNode.Address), nameof(InferenceNode.GrpcAddress), nameof(InferenceNode.State), nameof(InferenceNode.Runtimes),
    nameof(InferenceNode.MemoryUsedBytes), nameof(InferenceNode.CpusUsed), nameof(InferenceNode.Software), nameof(InferenceNode.LastSeenAt), nameof(InferenceNode.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class NodeFields
{
    [NodeResolver]
    public static Task<InferenceNode?> GetAsync(NodeId id, NodeById nodes, CancellationToken ct) => nodes.LoadAsync(id, ct);

    public static NodeCapacity GetCapacity([Parent] InferenceNode node) => new(node.MemoryBytes, node.Cpus);

    /// <summary>What it holds, of models the caller may see.</summary>
    public static async Task<IReadOnlyList<Placement>> GetPlacementsAsync([Parent] InferenceNode node, Caller caller, PlacementsOfNode placements, CancellationToken ct)
        => [.. (await placements.LoadAsync(node.Id, ct)).Where(placement => placement.IfVisible(caller, p => p.Version.Model.Name) is not null)];
}

[ObjectType<Router>(Only = [
    nameof(Router.Id), nameof(Router.Name), nameof(Router.Address), nameof(Router.State), nameof(Router.Software), nameof(Router.LastSeenAt),
    nameof(Router.RoutesRevision), nameof(Router.RoutesAppliedAt), nameof(Router.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class RouterFields;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class NodeQueries
{
    /// <summary>All inference nodes, by name.</summary>
    [ListSize(AssumedSize = 20)]
    public static async Task<IReadOnlyList<InferenceNode>> GetInferenceNodesAsync(ModelHubDb db, CancellationToken ct)
        => await db.Nodes.AsNoTracking().OrderBy(node => node.Name).Take(1000).ToListAsync(ct);

    /// <summary>All routers, by name.</summary>
    [ListSize(AssumedSize = 20)]
    public static async Task<IReadOnlyList<Router>> GetRoutersAsync(ModelHubDb db, CancellationToken ct)
        => await db.Routers.AsNoTracking().OrderBy(router => router.Name).Take(1000).ToListAsync(ct);
}
