using ModelHub.Console.Graph;

namespace ModelHub.Console.Nodes;

internal static class ResumeNode
{
    public static readonly Operation<Mutation<ResumeNodeInput>, ResumeNodeData> Operation = new(
        "ResumeNode",
        Documents.ResumeNode,
        GraphJson.Default.GraphRequestMutationResumeNodeInput,
        GraphJson.Default.GraphResponseResumeNodeData);
}

internal sealed record ResumeNodeInput(string Node);

public sealed record ResumeNodeData(ResumeNodePayload ResumeNode) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => ResumeNode.Errors;
}

public sealed record ResumeNodePayload(NodeState? Node, IReadOnlyList<Refusal>? Errors);
