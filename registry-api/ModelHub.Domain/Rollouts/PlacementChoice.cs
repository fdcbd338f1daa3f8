using ModelHub.Domain.Basics;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;

namespace ModelHub.Domain.Rollouts;

public static class PlacementChoice
{
    /// <summary>
    /// Up to <paramref name="replicas"/> ready nodes with room: those that hold the version already first, so that nothing
    /// moves without need, then those that hold fewest versions, then those with most room. Fewer nodes than replicas will do.
    /// </summary>
    /// <param name="holders">Nodes on which it is wanted already; they need no further room.</param>
    /// <param name="bytes">Room it needs.</param>
    public static Result<IReadOnlyList<NodeId>> Choose(IReadOnlyList<NodeFacts> nodes, IReadOnlySet<NodeId> holders, long bytes, int replicas)
    {
        var chosen = nodes
            .Where(n => n.State == NodeState.Ready && (holders.Contains(n.Id) || n.FreeBytes >= bytes))
            .OrderByDescending(n => holders.Contains(n.Id))
            .ThenBy(n => n.Held)
            .ThenByDescending(n => n.FreeBytes)
            .ThenBy(n => n.Id.Value)
            .Take(replicas)
            .Select(n => n.Id)
            .ToArray();
        return chosen.Length == 0 ? new NoCapacity(replicas, 0) : chosen;
    }
}
