using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Rollouts;

/// <summary>
/// Gives a promotion's version its share of the traffic, or takes it back; pending rows and events for the caller's commit.
/// The promotion comes with version, model, environment, and its endpoint with the variants that hold and their versions.
/// </summary>
public sealed class SplitTraffic(ModelHubDb db, Promotion promotion, Actor actor, DateTimeOffset now)
{
    private Endpoint Endpoint => promotion.Endpoint;

    private string Model => promotion.Version.Model.Name;

    private string Environment => promotion.Environment.Name;

    /// <returns>the number of the routing table, and what happened</returns>
    public async Task<(long Routes, IReadOnlyList<Event> Events)> ToAsync(Stage.Canary stage, int replicas, CancellationToken ct)
    {
        var routes = await db.BumpAsync(Numbered.Routes, ct);
        var present = Endpoint.Canary();
        var canary = Endpoint.Split(promotion.VersionId, stage.Weight, replicas, now);
        if (present is null)
            db.Variants.Add(canary);
        return (routes, [Record(canary, stage.Weight, $"promotion {promotion.Id.Value}: canary", routes)]);
    }

    /// <summary>Nothing when it has no share.</summary>
    public async Task<(long Routes, IReadOnlyList<Event> Events)> BackAsync(string reason, CancellationToken ct)
    {
        if (Endpoint.Canary() is not { } canary)
            return (0, []);
        var routes = await db.BumpAsync(Numbered.Routes, ct);
        Endpoint.TakeBack(now);
        return (routes, [Record(canary, 0, reason, routes)]);
    }

    private TrafficSplit Record(Variant canary, double weight, string reason, long routes)
    {
        var primary = Endpoint.Primary()!;
        var routed = new List<RoutedVariant> { new(primary.Id, primary.VersionId, primary.Version.Number, primary.Role, primary.Weight) };
        if (weight > 0)
            routed.Add(new(canary.Id, canary.VersionId, promotion.Version.Number, canary.Role, canary.Weight));
        db.RoutingChanges.Add(new RoutingChange(Endpoint.Id, routed, routes, reason, actor, now));
        return new(Model, Environment, primary.Version.Number, promotion.Version.Number, weight, reason, routes);
    }
}
