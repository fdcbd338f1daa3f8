using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Worker.Rollouts;

namespace ModelHub.Worker.Promotions;

/// <summary>A promotion, tracked with all it may change, and the facts its next step depends on.</summary>
internal sealed record ObservedPromotion(Promotion Promotion, GateFacts Gates, PromotionFacts Facts)
{
    public string Model => Promotion.Version.Model.Name;

    public static async Task<ObservedPromotion?> ReadAsync(ModelHubDb db, ObserveTraffic traffic, PromotionId id, DateTimeOffset now, CancellationToken ct)
    {
        var promotion = await db.Promotions
            .Include(p => p.Version.Model).Include(p => p.Environment).Include(p => p.Replaces).Include(p => p.Approvals)
            .Include(p => p.Endpoint.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version)
            .AsSplitQuery().SingleOrDefaultAsync(p => p.Id == id, ct);
        if (promotion is null || !promotion.State.IsOpen()) return null;

        var policy = promotion.Environment.Policy;
        var gates = await db.ReadGateFactsAsync(promotion.Version, promotion.Endpoint.Primary()?.Version, promotion.Environment, now, ct);
        var fleet = await ObserveNodes.ReadAsync(db, ct);
        var shadow = await db.ShadowTests.Include(t => t.Against).Where(t => t.PromotionId == id).OrderByDescending(t => t.StartedAt).FirstOrDefaultAsync(ct);
        var placements = await db.Placements.AsNoTracking()
            .Where(p => p.EndpointId == promotion.EndpointId && p.VersionId == promotion.VersionId).ToListAsync(ct);
        return new(promotion, gates, new(
            gates.Inputs(policy),
            await db.GateEvidence.AsNoTracking().Where(e => e.PromotionId == id).ToListAsync(ct),
            policy.DigestOf(),
            [.. fleet.Nodes.Where(n => n.Runs(ModelFormats.RuntimeOf(promotion.Version.Format)))],
            [.. placements.Select(p => new PlacementFacts(p.NodeId, p.VersionId, p.Wanted, p.State, p.RetiredAtRoutes, p.LastFailure?.Message))],
            fleet.Routers,
            ObserveNodes.Bytes(promotion.Version.Size),
            promotion.Endpoint.ReplicasOfNext(),
            promotion.Endpoint.Primary() is { } primary && primary.VersionId != promotion.VersionId,
            await traffic.ReadAsync(db, promotion, shadow, now, ct),
            shadow,
            policy.Approvals,
            policy.Freeze?.At(now)?.ToString()));
    }
}
