using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Limiting;
using ModelHub.Router.Mirroring;
using ModelHub.Router.Recording;
using ModelHub.Router.Sketching;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Router.Routing;

/// <summary>
/// Makes a table of what the API told. Nodes known already keep their connections, their load and their health; endpoints
/// their place in the sequence and what is left of their rate; shadows their queues.
/// </summary>
internal sealed class BuildTable(NodeLinks nodes, Targets targets, Shadows shadows, LedgerTaps taps, TrafficSketches sketches)
{
    private readonly RateBuckets<Guid> limits = new();

    /// <summary>Called by one thread at a time.</summary>
    public RoutingTable From(Routes routes, RoutingTable last) =>
        new(routes.Revision, [.. routes.Endpoints.Select(e => Endpoint(e, last.Find(e.EndpointId)?.State))]);

    /// <summary>Lets go of what is not in the table any more; called when it is in force.</summary>
    public void Tidy(RoutingTable table)
    {
        targets.Keep([.. table.Endpoints.SelectMany(e => e.Variants)]);
        sketches.Keep(table.Endpoints.SelectMany(e => e.Variants).Select(v => v.Route.VariantId));
        shadows.Keep(table.Endpoints.SelectMany(e => e.Shadows).Select(s => s.Queue));
        nodes.Keep(table.Endpoints.SelectMany(e => e.Variants).SelectMany(v => v.Targets).Select(t => t.Node.Id));
        limits.Keep(table.Endpoints.Select(e => e.Route.EndpointId).ToHashSet());
    }

    private RoutedEndpoint Endpoint(RouteEndpoint endpoint, EndpointState? state)
    {
        state ??= EndpointState.Of(endpoint.EndpointId);
        Variant[] variants = [.. endpoint.Variants.Select(v => Of(endpoint, v))];
        Shadow[] mirrors =
        [
            .. variants.Where(v => v.Route.Role == VariantRole.Shadow && v.Route.MirrorPercent > 0 && v.Targets.Length > 0)
                .Select(v => new Shadow(new Sampling(v.Route.MirrorPercent!.Value, state.Samples), shadows.Of(endpoint.EndpointId, v))),
        ];
        return new RoutedEndpoint(endpoint, variants, mirrors, state, limits.Of(endpoint.EndpointId, endpoint.Traffic?.Limit), endpoint.Ledger is { } rule ? taps.Under(endpoint.EndpointId, rule) : null);
    }

    private Variant Of(RouteEndpoint endpoint, RouteVariant variant)
    {
        var paths = new ModelPaths(endpoint.Model, variant.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new Variant(variant, [.. variant.Nodes.Select(n => targets.Of(endpoint, variant, n, paths))], targets.Nowhere(endpoint, variant), sketches.Of(endpoint, variant));
    }
}
