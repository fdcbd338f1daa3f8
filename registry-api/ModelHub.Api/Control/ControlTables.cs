using System.Collections.Immutable;
using ModelHub.Protocol;
using Grant = ModelHub.Protocol.Grant;

namespace ModelHub.Api.Control;

/// <summary>All that peers are told, of one snapshot of the database. Immutable: one reference is swapped.</summary>
/// <param name="RouterKeys">Keys of routers, which only nodes are told.</param>
internal sealed record ControlTables(
    StateRevisions Revisions, Routes Routes, ImmutableDictionary<Guid, Assignment[]> AssignmentsOf, AccessKey[] Keys, AccessKey[] RouterKeys)
{
    public static readonly ControlTables None = new(
        new StateRevisions(-1, -1, -1), new Routes(-1, []), ImmutableDictionary<Guid, Assignment[]>.Empty, [], []);

    public Assignments AssignmentsFor(Guid node) => new(Revisions.Assignments, AssignmentsOf.GetValueOrDefault(node) ?? []);

    public Protocol.Access AccessFor(PeerKind kind) => new(Revisions.Access, kind == PeerKind.Node ? [.. Keys, .. RouterKeys] : Keys);

    public static readonly Grant[] Everything = [new Grant("*", "*")];
}
