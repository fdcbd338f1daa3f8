using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Batches;

/// <param name="Wants">Whether the run still needs the version loaded.</param>
/// <param name="Bytes">Room the version needs on a node.</param>
/// <param name="Runtime">What a node needs to run it; null: any will do.</param>
public sealed record BatchPlacingFacts(
    bool Wants, int Replicas, long Bytes, string? Runtime, IReadOnlyList<(NodeId Node, PlacementState State)> Placements, IReadOnlyList<NodeFacts> Nodes);

public sealed record BatchPlacingChanges(IReadOnlyList<NodeId> Want, IReadOnlyList<NodeId> LetGo)
{
    public bool None => Want.Count == 0 && LetGo.Count == 0;
}

/// <summary>Where the version of a batch run is loaded: on living nodes with room, as many as it wants or as there are.</summary>
public static class BatchPlacing
{
    public static BatchPlacingChanges Next(BatchPlacingFacts facts)
    {
        if (!facts.Wants)
            return new([], [.. facts.Placements.Select(p => p.Node)]);

        // A node on which it does not load is the last resort.
        var held = facts.Placements.ToLookup(p => p.State == PlacementState.Failed, p => p.Node);
        var able = facts.Nodes.Where(n => n.Runs(facts.Runtime)).ToLookup(n => held[true].Contains(n.Id));
        var chosen = Chosen(able[false], held[false], facts, facts.Replicas);
        if (chosen.Count < facts.Replicas)
            chosen = [.. chosen, .. Chosen(able[true], held[true], facts, facts.Replicas - chosen.Count)];
        // Without any node to choose, what is loaded stays: the run waits for it to come back.
        return new(
            [.. chosen.Where(n => facts.Placements.All(p => p.Node != n))],
            chosen.Count == 0 ? [] : [.. facts.Placements.Select(p => p.Node).Where(n => !chosen.Contains(n))]);
    }

    private static IReadOnlyList<NodeId> Chosen(IEnumerable<NodeFacts> nodes, IEnumerable<NodeId> holders, BatchPlacingFacts facts, int replicas) =>
        PlacementChoice.Choose([.. nodes], holders.ToHashSet(), facts.Bytes, replicas).IsRefused(out _, out var chosen) ? [] : chosen;
}
