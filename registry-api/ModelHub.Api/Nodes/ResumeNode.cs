using ModelHub.Domain.Events;

namespace ModelHub.Api.Nodes;

internal sealed record ResumeNodeInput([property: ID<InferenceNode>] NodeId Node, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class ResumeNode
{
    /// <summary>Gives a drained node back to the traffic.</summary>
    [Authorize(nameof(Permission.Operate))]
    [PayloadField("node")]
    [Error(typeof(NodeNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<InferenceNode, Refusal>> ResumeNodeAsync(ResumeNodeInput input, Caller caller, ModelHubDb db, CancellationToken ct)
        => db.OnceAsync(caller, nameof(ResumeNode), input, input.IdempotencyKey, () => RunAsync(input, caller, db, ct), ct);

    private static async Task<Result<InferenceNode>> RunAsync(ResumeNodeInput input, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.Everywhere))
            return new NotPermitted();
        if (await db.Nodes.SingleOrDefaultAsync(n => n.Id == input.Node, ct) is not { } node)
            return new NodeNotFound();
        if (Expect.Revision(node, input.ExpectedRevision) is { } conflict)
            return conflict;
        node.Resume();
        await db.BumpAsync(Numbered.Routes, ct);
        return await db.CommitAsync(new NodeResumed(node.Name), caller.Actor, ct) is { } refusal ? refusal : node;
    }
}
