using ModelHub.Protocol;
using ModelHub.Router.Wire;
using ModelHub.Sockets.Connecting;

namespace ModelHub.Router.Forwarding;

/// <summary>All nodes of the table, by id; one that moved is another node.</summary>
internal sealed class NodeLinks(RouterOptions options, OpenConnections open, OutgoingSockets sockets)
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
            if (links.TryGetValue(node.NodeId, out var link))
            {
                if (link.Address == node.Address.TrimEnd('/') && link.GrpcAddress == node.GrpcAddress?.TrimEnd('/'))
                    return link;
                link.Close();
            }
            return links[node.NodeId] = new NodeLink(node, options, open, sockets);
        }
    }

    public void Keep(IEnumerable<Guid> ids)
    {
        var kept = ids.ToHashSet();
        lock (links)
            foreach (var gone in links.Keys.Where(k => !kept.Contains(k)).ToArray())
                if (links.Remove(gone, out var link))
                    link.Close();
    }
}
