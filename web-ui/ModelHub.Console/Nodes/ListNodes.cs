using ModelHub.Console.Access;
using ModelHub.Console.Endpoints;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Nodes;

internal static class ListNodes
{
    public static readonly Operation<NoVariables, ListNodesData> Operation = new(
        "ListNodes",
        Documents.ListNodes,
        GraphJson.Default.GraphRequestNoVariables,
        GraphJson.Default.GraphResponseListNodesData);
}

public sealed record ListNodesData(IReadOnlyList<InferenceNode> InferenceNodes, IReadOnlyList<RouterRow> Routers, Me Me);

public sealed record InferenceNode(
    string Id, string Name, string? Address, string State, IReadOnlyList<string> Runtimes, long? MemoryUsedBytes, DateTimeOffset? LastSeenAt,
    NodeCapacity? Capacity, IReadOnlyList<HeldVersion> Placements);

public sealed record NodeCapacity(long? MemoryBytes, double? Cpus);

public sealed record HeldVersion(VersionRef? Version, string State, DateTimeOffset? UpdatedAt, PlacementFailure? LastFailure);

public sealed record RouterRow(string Id, string Name, string? Address, string State, DateTimeOffset? LastSeenAt, long? RoutesRevision);
