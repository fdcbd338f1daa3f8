using ModelHub.Protocol;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Router.Sketching;

/// <summary>
/// The sketches of all variants, which outlive the tables that name them. One that left the table is dropped when it was taken for the last time.
/// </summary>
internal sealed class TrafficSketches(RouterOptions options)
{
    private readonly Dictionary<Guid, VariantSketch> sketches = [];
    private readonly List<VariantSketch> left = [];

    /// <returns>Null when nobody judges its traffic, or this router counts none.</returns>
    public VariantSketch? Of(RouteEndpoint endpoint, RouteVariant variant)
    {
        if (variant.Sketch is not { } route || !options.Sketches)
            return null;
        lock (sketches)
        {
            var known = sketches.GetValueOrDefault(variant.VariantId);
            if (known is not null && known.Bins == route.Bins && known.Unusual == route.Unusual)
                return known;
            if (known is not null)
                left.Add(known);
            return sketches[variant.VariantId] = new VariantSketch(endpoint.EndpointId, variant.VariantId, variant.VersionId, route);
        }
    }

    /// <summary>From now on these are in the table.</summary>
    public void Keep(IEnumerable<Guid> variants)
    {
        var kept = variants.ToHashSet();
        lock (sketches)
            foreach (var (variant, sketch) in sketches.Where(s => !kept.Contains(s.Key)).ToList())
            {
                sketches.Remove(variant);
                left.Add(sketch);
            }
    }

    public IReadOnlyList<VariantSketch> All
    {
        get
        {
            lock (sketches)
                return [.. sketches.Values];
        }
    }

    /// <summary>Requests that were counted and not looked into, since this router began.</summary>
    public long Skipped { get; private set; }

    public IReadOnlyList<Sketch> Take()
    {
        lock (sketches)
        {
            List<Sketch> taken = [.. sketches.Values.Concat(left).Select(sketch => sketch.Take()).OfType<Sketch>()];
            left.Clear();
            Skipped += taken.Sum(sketch => sketch.Skipped);
            return taken;
        }
    }
}
