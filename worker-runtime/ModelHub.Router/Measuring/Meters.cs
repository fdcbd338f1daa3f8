using System.Collections.Concurrent;
using ModelHub.Protocol;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Router.Measuring;

/// <summary>All meters; those of variants and nodes that left the table are dropped after their last counts were taken.</summary>
internal sealed class Meters
{
    private readonly ConcurrentDictionary<(Guid Endpoint, Guid Variant, Guid Node), Meter> meters = new();

    public Meter Of(RouteEndpoint endpoint, RouteVariant variant, RouteNode node) => meters.GetOrAdd(
        (endpoint.EndpointId, variant.VariantId, node.NodeId),
        key => new Meter(key.Endpoint, key.Variant, variant.VersionId, key.Node));

    public Measurement[] Take() => [.. meters.Values.Select(m => m.Take()).OfType<Measurement>()];

    public (long Requests, long Failures) Totals() =>
        (meters.Values.Sum(m => m.Requests), meters.Values.Sum(m => m.Failures));
}
