using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Rollouts;

public static class ReadServed
{
    /// <summary>Every primary the endpoint ever had, as going back to it looks at them. Needs all variants with their versions loaded.</summary>
    public static async Task<IReadOnlyList<ServedVersion>> ServedAsync(this ModelHubDb db, Endpoint endpoint, CancellationToken ct)
    {
        var ready = await db.Placements.Where(p => p.EndpointId == endpoint.Id && p.Wanted && p.State == PlacementState.Ready && p.Node.State == NodeState.Ready)
            .GroupBy(p => p.VersionId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var blocked = (await db.VersionBlocks.Where(b => b.EnvironmentId == endpoint.EnvironmentId && b.LiftedAt == null && b.At >= endpoint.CreatedAt)
            .Select(b => b.VersionId).ToListAsync(ct)).ToHashSet();
        return [.. endpoint.Variants.Where(v => v.Role == VariantRole.Primary)
            .Select(v => new ServedVersion(v.VersionId, v.Version.Number, v.ValidTo, ready.GetValueOrDefault(v.VersionId), blocked.Contains(v.VersionId)))];
    }

    /// <summary>The endpoint with its model, its environment and all it ever served.</summary>
    public static IQueryable<Endpoint> WithHistory(this IQueryable<Endpoint> endpoints) =>
        endpoints.Include(e => e.Variants).ThenInclude(v => v.Version).Include(e => e.Environment).Include(e => e.Model).AsSplitQuery();
}
