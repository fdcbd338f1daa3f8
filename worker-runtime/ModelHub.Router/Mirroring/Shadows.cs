using ModelHub.Router.Comparing;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Grpc;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Mirroring;

/// <summary>The queues of all shadows; they outlive the tables that name them.</summary>
internal sealed class Shadows(AskNodes nodes, MirrorWire wire, RouterKey key, RouterOptions options, TimeProvider time, ILogger<CompareShadow> log) : IDisposable
{
    private readonly Dictionary<Guid, ShadowQueue> queues = [];

    /// <summary>Over connections of their own, as over REST.</summary>
    private readonly AskGrpc grpc = new(key, nodes, options);

    public IReadOnlyCollection<KeyValuePair<Guid, ShadowQueue>> All
    {
        get
        {
            lock (queues)
                return [.. queues];
        }
    }

    public ShadowQueue Of(Guid endpoint, Variant variant)
    {
        lock (queues)
        {
            if (!queues.TryGetValue(variant.Route.VariantId, out var queue))
                return queues[variant.Route.VariantId] = new ShadowQueue(variant, nodes, wire, grpc, options.RequestTime, Comparing(endpoint, variant));
            queue.Follow(variant);
            return queue;
        }
    }

    private Func<Action<MirroredCopy>, CompareShadow>? Comparing(Guid endpoint, Variant variant) =>
        variant.Route.Compare is { } how ? release => new CompareShadow(endpoint, variant.Route, how, release, time, log) : null;

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

    public void Dispose()
    {
        Keep([]);
        grpc.Dispose();
    }
}
