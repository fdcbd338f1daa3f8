using System.Collections.Frozen;
using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Measuring;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Router.Routing;

/// <summary>One version under an endpoint and the nodes that answer for it.</summary>
internal sealed record Variant(RouteVariant Route, Target[] Targets)
{
    /// <summary>The header values of an answer, made once.</summary>
    public string VersionText { get; } = Route.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public string RouteText { get; } = Route.VariantId.ToString();
}

/// <summary>A node in its part for one variant: what is counted is counted here.</summary>
internal sealed record Target(NodeLink Node, Meter Meter);

internal sealed class RoutedEndpoint(RouteEndpoint route, Variant[] variants)
{
    private readonly Shares? shares = variants.Any(v => Takes(v.Route))
        ? new Shares([.. variants.Select(v => Takes(v.Route) ? v.Route.Weight : 0)], (ulong)route.EndpointId.GetHashCode() << 32)
        : null;

    public Variant[] Variants => variants;

    /// <returns>the variant whose turn it is; the primary when that one has no node; null when there is no node at all</returns>
    public Variant? Pick()
    {
        if (shares is null)
            return null;
        var picked = variants[shares.Next()];
        if (picked.Targets.Length > 0)
            return picked;
        return Array.Find(variants, v => v.Route.Role == VariantRole.Primary && v.Targets.Length > 0)
            ?? Array.Find(variants, v => Takes(v.Route) && v.Targets.Length > 0);
    }

    /// <summary>A variant that takes traffic, by its id: for callers that want the same arm again.</summary>
    public Variant? Pinned(string route) =>
        Array.Find(variants, v => v.RouteText == route && Takes(v.Route) && v.Targets.Length > 0);

    /// <summary>The variant that serves this version, if any does.</summary>
    public Variant? OfVersion(string version) =>
        Array.Find(variants, v => v.VersionText == version && Takes(v.Route));

    private static bool Takes(RouteVariant route) => route.Role != VariantRole.Shadow && route.Weight > 0;
}

/// <summary>Who answers for what. Immutable: a request sees one table from beginning to end.</summary>
internal sealed class RoutingTable
{
    public static readonly RoutingTable Empty = new(-1, FrozenDictionary<(string, string), RoutedEndpoint>.Empty);

    private readonly FrozenDictionary<(string Environment, string Model), RoutedEndpoint> endpoints;

    private RoutingTable(long revision, FrozenDictionary<(string, string), RoutedEndpoint> endpoints)
    {
        Revision = revision;
        this.endpoints = endpoints;
    }

    public long Revision { get; }

    public IEnumerable<RoutedEndpoint> Endpoints => endpoints.Values;

    /// <summary>Builds a table; nodes known already keep their connections, their load and their health.</summary>
    public static RoutingTable Of(Routes routes, NodeLinks nodes, Meters meters) => new(
        routes.Revision,
        routes.Endpoints.ToFrozenDictionary(
            e => (e.Environment, e.Model),
            e => new RoutedEndpoint(e, [.. e.Variants.Select(v => new Variant(v, [.. v.Nodes.Select(n => new Target(nodes.Of(n), meters.Of(e, v, n)))]))])));

    public RoutedEndpoint? Find(string environment, string model) => endpoints.GetValueOrDefault((environment, model));
}
