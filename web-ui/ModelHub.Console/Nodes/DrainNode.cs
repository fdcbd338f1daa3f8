using ModelHub.Console.Graph;

namespace ModelHub.Console.Nodes;

internal static class DrainNode
{
    public static readonly Operation<Mutation<DrainNodeInput>, DrainNodeData> Operation = new(
        "DrainNode",
        Documents.DrainNode,
        GraphJson.Default.GraphRequestMutationDrainNodeInput,
        GraphJson.Default.GraphResponseDrainNodeData);
}

internal sealed record DrainNodeInput(string Node);

public sealed record DrainNodeData(DrainNodePayload DrainNode) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => DrainNode.Errors;
}

public sealed record DrainNodePayload(NodeState? Node, IReadOnlyList<Refusal>? Errors);

public sealed record NodeState(string Id, string State);
