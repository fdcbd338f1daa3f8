using ModelHub.Domain.Events;

namespace ModelHub.Api.Nodes;

internal sealed record DrainNodeInput([property: ID<InferenceNode>] NodeId Node, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class DrainNode
{
    /// <summary>Takes the traffic off a node; it stays empty, over restarts too, until it is resumed.</summary>
    [Authorize(nameof(Permission.Operate))]
    [PayloadField("node")]
    [Error(typeof(NodeNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<InferenceNode, Refusal>> DrainNodeAsync(DrainNodeInput input, Caller caller, ModelHubDb db, CancellationToken ct)
        => db.OnceAsync(caller, nameof(DrainNode), input, input.IdempotencyKey, () => RunAsync(input, caller, db, ct), ct);

    private static async Task<Result<InferenceNode>> RunAsync(DrainNodeInput input, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.Everywhere))
            return new NotPermitted();
        if (await db.Nodes.SingleOrDefaultAsync(n => n.Id == input.Node, ct) is not { } node)
            return new NodeNotFound();
        if (Expect.Revision(node, input.ExpectedRevision) is { } conflict)
            return conflict;
        node.Drain();
        await db.BumpAsync(Numbered.Routes, ct);
        return await db.CommitAsync(new NodeDrained(node.Name), caller.Actor, ct) is { } refusal ? refusal : node;
    }
}
