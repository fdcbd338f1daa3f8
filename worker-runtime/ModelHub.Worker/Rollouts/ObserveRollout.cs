using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using VersionId = ModelHub.Domain.Models.VersionId;

namespace ModelHub.Worker.Rollouts;

/// <summary>Reads everything that the placing of endpoints depends on: of all of them with as many queries as of one.</summary>
internal static class ObserveRollout
{
    /// <summary>How long a router that is not heard of is taken to serve on.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(5);

    public static async Task<RolloutFacts> ReadAsync(ModelHubDb db, EndpointId endpoint, DateTimeOffset now, CancellationToken ct) =>
        (await ReadAsync(db, db.Endpoints.Where(e => e.Id == endpoint), now, ct))[endpoint];

    public static Task<IReadOnlyDictionary<EndpointId, RolloutFacts>> ReadAllAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct) =>
        ReadAsync(db, db.Endpoints, now, ct);

    private static async Task<IReadOnlyDictionary<EndpointId, RolloutFacts>> ReadAsync(ModelHubDb db, IQueryable<Endpoint> of, DateTimeOffset now, CancellationToken ct)
    {
        var endpoints = await of.AsNoTracking()
            .Include(e => e.Variants.Where(v => v.ValidTo == null || v.KeepWarmUntil > now)).ThenInclude(v => v.Version).AsSplitQuery().ToListAsync(ct);
        var candidates = (await db.Promotions.AsNoTracking()
            .Where(p => of.Any(e => e.Id == p.EndpointId) && (p.State == PromotionState.Placing || p.State == PromotionState.RollingOut || p.State == PromotionState.Shifting))
            .Select(p => new Candidate(p.EndpointId, p.VersionId, p.Version.Size, p.Version.Format)).ToListAsync(ct)).ToLookup(c => c.Endpoint);
        var awaited = (await db.Rollbacks.AsNoTracking().Where(r => of.Any(e => e.Id == r.EndpointId) && r.State == RollbackState.Loading)
            .Select(r => new Candidate(r.EndpointId, r.ToVersionId, r.ToVersion.Size, r.ToVersion.Format)).ToListAsync(ct)).ToLookup(c => c.Endpoint);
        var placements = (await db.Placements.AsNoTracking().Where(p => of.Any(e => e.Id == p.EndpointId))
            .Select(p => new { p.EndpointId, Facts = new PlacementFacts(p.NodeId, p.VersionId, p.Wanted, p.State, p.RetiredAtRoutes, null) }).ToListAsync(ct))
            .ToLookup(p => p.EndpointId, p => p.Facts);
        var fleet = await ObserveNodes.ReadAsync(db, ct);
        var obeyed = await ObeyedAsync(db, now, ct);
        return endpoints.ToDictionary(e => e.Id, e => new RolloutFacts(Wanted(e, candidates[e.Id].Concat(awaited[e.Id])), [.. placements[e.Id]], fleet.Nodes, obeyed));
    }

    /// <summary>Each version once: the one that has the traffic or is about to, and those kept warm.</summary>
    private static IReadOnlyList<WantedVersion> Wanted(Endpoint endpoint, IEnumerable<Candidate> candidates)
    {
        var live = endpoint.Variants.Where(v => v.ValidTo is null).Select(v => new WantedVersion(v.VersionId, v.Replicas, ObserveNodes.Bytes(v.Version.Size), null, ModelFormats.RuntimeOf(v.Version.Format)));
        var coming = candidates.Select(c => new WantedVersion(c.Version, endpoint.ReplicasOfNext(), ObserveNodes.Bytes(c.Size), null, ModelFormats.RuntimeOf(c.Format)));
        var warm = endpoint.Variants.Where(v => v.ValidTo is not null).OrderByDescending(v => v.KeepWarmUntil)
            .Select(v => new WantedVersion(v.VersionId, v.Replicas, ObserveNodes.Bytes(v.Version.Size), v.KeepWarmUntil, ModelFormats.RuntimeOf(v.Version.Format)));
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

    private readonly record struct Candidate(EndpointId Endpoint, VersionId Version, long Size, string Format);
}
