using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Worker.Rollouts;

/// <summary>What all decisions about placing look at: nodes with their room, and routers with the table they obey.</summary>
internal sealed record FleetFacts(IReadOnlyList<NodeFacts> Nodes, IReadOnlyList<RouterFacts> Routers);

internal static class ObserveNodes
{
    /// <summary>Times an artifact's size that it takes when loaded and no node has said better: weights and their prepared copy.</summary>
    private const int LoadedTimesSize = 2;

    /// <summary>Room that a version needs on a node, in bytes.</summary>
    public static long Bytes(long artifactSize) => artifactSize * LoadedTimesSize;

    public static async Task<FleetFacts> ReadAsync(ModelHubDb db, CancellationToken ct)
    {
        var nodes = await db.Nodes.AsNoTracking()
            .Select(n => new { n.Id, n.State, n.MemoryBytes, n.MemoryUsedBytes, n.Runtimes }).ToListAsync(ct);
        var held = await db.Placements.AsNoTracking().Where(p => p.Wanted)
            .Select(p => new { p.NodeId, p.VersionId, p.MemoryBytes, p.Version.Size }).Distinct().ToListAsync(ct);
        held.AddRange(await db.BatchPlacements.AsNoTracking().Select(p => new { p.NodeId, p.VersionId, MemoryBytes = 0L, p.Version.Size }).ToListAsync(ct));
        var routers = await db.Routers.AsNoTracking()
            .Select(r => new RouterFacts(r.Id, r.State, r.RoutesRevision, r.RoutesAppliedAt)).ToListAsync(ct);
        var byNode = held.ToLookup(h => h.NodeId);
        return new(
            [.. nodes.Select(n =>
            {
                var wanted = byNode[n.Id].DistinctBy(h => h.VersionId).ToArray();
                // What is wanted and not loaded yet is no free room either.
                var taken = Math.Max(n.MemoryUsedBytes, wanted.Sum(h => Math.Max(h.MemoryBytes, Bytes(h.Size))));
                return new NodeFacts(n.Id, n.State, n.MemoryBytes == 0 ? long.MaxValue : Math.Max(0, n.MemoryBytes - taken), wanted.Length, n.Runtimes);
            })],
            routers);
    }
}
