using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;

namespace ModelHub.Domain.Rollouts;

/// <summary>A version that an endpoint wants loaded.</summary>
/// <param name="KeepWarmUntil">Null: it has traffic or is about to; else it only stays where it is until then.</param>
/// <param name="Bytes">Room it needs on a node, in bytes.</param>
/// <param name="Runtime">What a node needs to run it; null: any will do.</param>
public sealed record WantedVersion(VersionId Version, int Replicas, long Bytes, DateTimeOffset? KeepWarmUntil = null, string? Runtime = null);

/// <param name="FreeBytes">Room left for further versions, in bytes.</param>
/// <param name="Held">How many versions are wanted on it.</param>
/// <param name="Runtimes">What it can run; null: anything.</param>
public sealed record NodeFacts(NodeId Id, NodeState State, long FreeBytes, int Held, IReadOnlyList<string>? Runtimes = null)
{
    public bool Runs(string? runtime) => runtime is null || Runtimes is null || Runtimes.Contains(runtime);
}

/// <param name="Retired">The routing table from which on no router sends anything to it; null while it is routed.</param>
public sealed record PlacementFacts(NodeId Node, VersionId Version, bool Wanted, PlacementState State, long? Retired = null, string? Failure = null);

/// <summary>What one endpoint wants and what is there.</summary>
/// <param name="RoutesObeyed">The lowest table any live router obeys; the highest number when no router lives.</param>
public sealed record RolloutFacts(
    IReadOnlyList<WantedVersion> Wanted,
    IReadOnlyList<PlacementFacts> Placements,
    IReadOnlyList<NodeFacts> Nodes,
    long RoutesObeyed);

/// <param name="Want">Load here.</param>
/// <param name="Retire">Still loaded, but leave it out of the next routing table.</param>
/// <param name="LetGo">No router sends anything there any more: unload.</param>
public sealed record PlacementChanges(
    IReadOnlyList<(VersionId Version, NodeId Node)> Want,
    IReadOnlyList<(VersionId Version, NodeId Node)> Retire,
    IReadOnlyList<(VersionId Version, NodeId Node)> LetGo)
{
    public bool None => Want.Count == 0 && Retire.Count == 0 && LetGo.Count == 0;
}
