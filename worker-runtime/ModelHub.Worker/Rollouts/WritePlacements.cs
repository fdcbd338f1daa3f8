using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Worker.Rollouts;

internal static class WritePlacements
{
    /// <summary>Wants a version on nodes; the caller bumps the assignments and commits.</summary>
    public static async Task WantAsync(ModelHubDb db, EndpointId endpoint, IEnumerable<(VersionId Version, NodeId Node)> wanted, DateTimeOffset now, CancellationToken ct)
    {
        var present = await db.Placements.Where(p => p.EndpointId == endpoint).ToListAsync(ct);
        foreach (var (version, node) in wanted)
        {
            if (present.FirstOrDefault(p => p.VersionId == version && p.NodeId == node) is { } placement) placement.WantAgain(now);
            else db.Placements.Add(Placement.Want(endpoint, version, node, now));
        }
    }
}
