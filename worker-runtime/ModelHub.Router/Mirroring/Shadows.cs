using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Mirroring;

/// <summary>The queues of all shadows; they outlive the tables that name them.</summary>
internal sealed class Shadows(AskNodes nodes, MirrorWire wire, RouterOptions options) : IDisposable
{
    private readonly Dictionary<Guid, ShadowQueue> queues = [];

    public IReadOnlyCollection<KeyValuePair<Guid, ShadowQueue>> All
    {
        get
        {
            lock (queues)
                return [.. queues];
        }
    }

    public ShadowQueue Of(Variant variant)
    {
        lock (queues)
        {
            if (!queues.TryGetValue(variant.Route.VariantId, out var queue))
                return queues[variant.Route.VariantId] = new ShadowQueue(variant, nodes, wire, options.RequestTime);
            queue.Follow(variant);
            return queue;
        }
    }

    public void Keep(IEnumerable<ShadowQueue> kept)
    {
        var now = kept.ToHashSet();
        lock (queues)
            foreach (var (id, queue) in queues.Where(q => !now.Contains(q.Value)).ToArray())
            {
                queues.Remove(id);
                queue.Dispose();
            }
    }

    public void Dispose() => Keep([]);
}
