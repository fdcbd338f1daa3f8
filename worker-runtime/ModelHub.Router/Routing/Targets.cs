using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Measuring;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Router.Routing;

/// <summary>
/// All targets, which outlive the tables that name them. One that left the table is dropped when a window has passed in
/// which nothing was counted.
/// </summary>
internal sealed class Targets(NodeLinks nodes, Unrest unrest)
{
    private readonly Dictionary<(Guid Endpoint, Guid Variant, Guid Node), Target> targets = [];
    private readonly Dictionary<Guid, Meter> nowhere = [];
    private HashSet<Target> kept = [];
    private HashSet<Guid> keptVariants = [];

    public Target[] All
    {
        get
        {
            lock (targets)
                return [.. targets.Values];
        }
    }

    /// <summary>Who counts, with and without nodes.</summary>
    public Meter[] Meters
    {
        get
        {
            lock (targets)
                return [.. targets.Values.Select(t => t.Meter), .. nowhere.Values];
        }
    }

    public Target Of(RouteEndpoint endpoint, RouteVariant variant, RouteNode node, ModelPaths paths) =>
        Of((endpoint.EndpointId, variant.VariantId, node.NodeId), variant.VersionId, nodes.Of(node), paths);

    /// <summary>Counts requests for a variant that no node was ready for.</summary>
    public Meter Nowhere(RouteEndpoint endpoint, RouteVariant variant)
    {
        lock (targets)
            return nowhere.TryGetValue(variant.VariantId, out var known)
                ? known
                : nowhere[variant.VariantId] = new Meter(endpoint.EndpointId, variant.VariantId, variant.VersionId, Guid.Empty, unrest);
    }

    /// <summary>From now on these are in the table.</summary>
    public void Keep(IReadOnlyCollection<Variant> variants)
    {
        var (nodes, ids) = (variants.SelectMany(v => v.Targets).ToHashSet(), variants.Select(v => v.Route.VariantId).ToHashSet());
        lock (targets)
            (kept, keptVariants) = (nodes, ids);
    }

    /// <summary>Takes what was counted since the last call, by target (null: no node), and forgets who is neither in the table nor was counted.</summary>
    public List<(Target? Target, Measurement Measurement)> Take()
    {
        List<(Target?, Measurement)> taken = [];
        lock (targets)
        {
            foreach (var (key, target) in targets.ToArray())
                if (target.Meter.Take() is { } measurement)
                    taken.Add((target, measurement));
                else if (!kept.Contains(target))
                    targets.Remove(key);
            foreach (var (variant, meter) in nowhere.ToArray())
                if (meter.Take() is { } measurement)
                    taken.Add((null, measurement));
                else if (!keptVariants.Contains(variant))
                    nowhere.Remove(variant);
        }
        return taken;
    }

    private Target Of((Guid Endpoint, Guid Variant, Guid Node) key, Guid version, NodeLink node, ModelPaths paths)
    {
        lock (targets)
        {
            if (targets.TryGetValue(key, out var known) && known.Node == node)
                return known;
            return targets[key] = new Target(node, paths, known?.Meter ?? new Meter(key.Endpoint, key.Variant, version, key.Node, unrest));
        }
    }
}
