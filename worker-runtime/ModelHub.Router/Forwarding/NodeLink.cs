using ModelHub.Protocol;

namespace ModelHub.Router.Forwarding;

/// <summary>One node as this router knows it: where it is, how much it has in work, whether it answers.</summary>
internal sealed class NodeLink(Guid id, string address)
{
    // One broken connection may be chance; the probe lets a node back within a moment.
    private const int SlowInRow = 3;
    private int outstanding;
    private int slow;
    private volatile bool ejected;

    public Guid Id => id;

    public string Address { get; } = address.TrimEnd('/');

    public int Outstanding => Volatile.Read(ref outstanding);

    /// <summary>Passed over as long as others are there; the probe takes it back.</summary>
    public bool Ejected => ejected;

    public void Enter() => Interlocked.Increment(ref outstanding);

    public void Leave() => Interlocked.Decrement(ref outstanding);

    public void Answered() => Volatile.Write(ref slow, 0);

    /// <returns>whether this changed anything</returns>
    public bool Failed()
    {
        var before = ejected;
        ejected = true;
        return !before;
    }

    /// <returns>whether this changed anything</returns>
    public bool TimedOut() => Interlocked.Increment(ref slow) >= SlowInRow && Failed();

    public void Restore()
    {
        Volatile.Write(ref slow, 0);
        ejected = false;
    }
}

/// <summary>All nodes of the table, by id; one that moved is another node.</summary>
internal sealed class NodeLinks
{
    private readonly Dictionary<Guid, NodeLink> links = [];

    public IReadOnlyCollection<NodeLink> All
    {
        get
        {
            lock (links)
                return [.. links.Values];
        }
    }

    public NodeLink Of(RouteNode node)
    {
        lock (links)
        {
            if (links.TryGetValue(node.NodeId, out var link) && link.Address == node.Address.TrimEnd('/'))
                return link;
            return links[node.NodeId] = new NodeLink(node.NodeId, node.Address);
        }
    }

    public void Keep(IEnumerable<Guid> ids)
    {
        var kept = ids.ToHashSet();
        lock (links)
            foreach (var gone in links.Keys.Where(k => !kept.Contains(k)).ToArray())
                links.Remove(gone);
    }
}
