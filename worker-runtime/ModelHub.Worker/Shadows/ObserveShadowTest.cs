using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Events;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;

namespace ModelHub.Worker.Shadows;

/// <summary>A shadow test, tracked with all it may change, and the facts its next step depends on.</summary>
internal sealed record ObservedShadowTest(ShadowTest Test, ShadowFacts Facts)
{
    public string Model => Test.Version.Model.Name;

    public string Environment => Test.Endpoint.Environment.Name;

    public static async Task<ObservedShadowTest?> ReadAsync(ModelHubDb db, ShadowTestId id, CancellationToken ct)
    {
        var test = await db.ShadowTests
            .Include(t => t.Version.Model).Include(t => t.Against).Include(t => t.Endpoint.Environment)
            .Include(t => t.Endpoint.Variants.Where(v => v.ValidTo == null)).ThenInclude(v => v.Version)
            .AsSplitQuery().SingleOrDefaultAsync(t => t.Id == id, ct);
        if (test is null || test.State.HasEnded()) return null;
        var promotion = await db.Promotions.AsNoTracking().Where(p => p.Id == test.PromotionId).Select(p => (PromotionState?)p.State).SingleOrDefaultAsync(ct);
        var placements = await db.Placements.AsNoTracking().Where(p => p.EndpointId == test.EndpointId && p.VersionId == test.VersionId).ToListAsync(ct);
        return new(test, new(
            test.Endpoint.Primary()?.VersionId,
            test.Endpoint.Variants.Any(v => v.Id == test.VariantId && v.ValidTo is null),
            promotion is { } state && !state.IsOpen(),
            [.. placements.Select(p => new PlacementFacts(p.NodeId, p.VersionId, p.Wanted, p.State, p.RetiredAtRoutes, p.LastFailure?.Message))],
            await db.FoundAsync(id, ct)));
    }

    public ShadowTestOver Over() => new(
        Test.Id.Value, Model, Test.Version.Number, Test.Against.Number, Environment, Test.State, Test.Verdict, Test.Reason!, Test.Findings);
}
