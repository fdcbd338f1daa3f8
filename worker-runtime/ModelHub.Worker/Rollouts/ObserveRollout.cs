using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Worker.Rollouts;

/// <summary>Reads everything that the placing of one endpoint depends on.</summary>
internal static class ObserveRollout
{
    /// <summary>How long a router that is not heard of is taken to serve on.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(5);

    public static async Task<RolloutFacts> ReadAsync(ModelHubDb db, EndpointId endpoint, DateTimeOffset now, CancellationToken ct)
    {
        var fleet = await ObserveNodes.ReadAsync(db, ct);
        var placements = await db.Placements.AsNoTracking().Where(p => p.EndpointId == endpoint)
            .Select(p => new PlacementFacts(p.NodeId, p.VersionId, p.Wanted, p.State, p.RetiredAtRoutes, null)).ToListAsync(ct);
        return new(await WantedAsync(db, endpoint, now, ct), placements, fleet.Nodes, await ObeyedAsync(db, now, ct));
    }

    /// <summary>Each version once: the one that has the traffic or is about to, and those kept warm.</summary>
    private static async Task<IReadOnlyList<WantedVersion>> WantedAsync(ModelHubDb db, EndpointId endpoint, DateTimeOffset now, CancellationToken ct)
    {
        var variants = await db.Variants.AsNoTracking().Where(v => v.EndpointId == endpoint && (v.ValidTo == null || v.KeepWarmUntil > now))
            .Select(v => new { v.VersionId, v.Replicas, v.Version.Size, v.ValidTo, v.KeepWarmUntil }).ToListAsync(ct);
        var candidates = await db.Promotions.AsNoTracking()
            .Where(p => p.EndpointId == endpoint && (p.State == PromotionState.Placing || p.State == PromotionState.Shifting))
            .Select(p => new { p.VersionId, p.Version.Size }).ToListAsync(ct);
        var live = variants.Where(v => v.ValidTo is null).Select(v => new WantedVersion(v.VersionId, v.Replicas, ObserveNodes.Bytes(v.Size)));
        var coming = candidates.Select(c => new WantedVersion(c.VersionId, Promotion.Replicas, ObserveNodes.Bytes(c.Size)));
        var warm = variants.Where(v => v.ValidTo is not null).OrderByDescending(v => v.KeepWarmUntil)
            .Select(v => new WantedVersion(v.VersionId, v.Replicas, ObserveNodes.Bytes(v.Size), v.KeepWarmUntil));
        return [.. live.Concat(coming).Concat(warm).DistinctBy(w => w.Version)];
    }

    /// <summary>
    /// The lowest table a router obeys. One whose stream is gone serves on with the table it has, so it counts until it was
    /// not seen for a while; without any, nothing is sent anywhere.
    /// </summary>
    private static async Task<long> ObeyedAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var since = now - Forgotten;
        return await db.Routers.Where(r => r.State == RouterState.Ready || r.LastSeenAt > since).MinAsync(r => (long?)r.RoutesRevision, ct) ?? long.MaxValue;
    }
}
