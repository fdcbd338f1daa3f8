using System.Collections.Immutable;
using ModelHub.Domain.Predictions;
using ModelHub.Protocol;
using Grant = ModelHub.Protocol.Grant;

namespace ModelHub.Api.Control;

/// <summary>A message for many peers, written once.</summary>
internal sealed class Told(DownMessage message)
{
    private readonly Lazy<byte[]> bytes = new(() => ControlMessages.Write(message));

    public ReadOnlyMemory<byte> Bytes => bytes.Value;
}

/// <summary>A version that a node shall hold for an endpoint or a batch run, and what an endpoint asks of nodes.</summary>
/// <param name="Profiles">How many of its data versions are measured: with each more is known of its fields.</param>
/// <param name="Hidden">Fields of which no whole rows are told.</param>
internal sealed record HeldFor(Guid Holder, Guid Version, NodeRules? Rules, int Profiles, HiddenFields Hidden)
{
    /// <summary>On what it depends what is told of the version's fields.</summary>
    public (int Profiles, HiddenFields Hidden) Known => (Profiles, Hidden);
}

/// <summary>What a node shall hold, and for whom; the same object as long as neither changes.</summary>
/// <param name="Placements">By holder and version, in order.</param>
internal sealed record NodeAssignments(ImmutableArray<HeldFor> Placements, Assignment[] Items, long Revision)
{
    public static readonly NodeAssignments Nothing = new([], [], -1);

    public (int Profiles, HiddenFields Hidden)? KnownOf(Guid version) => Placements.FirstOrDefault(p => p.Version == version)?.Known;

    public bool IsSame(ImmutableArray<HeldFor> placements) => Placements.AsSpan().SequenceEqual(placements.AsSpan());
}

/// <summary>All that peers are told, of one snapshot of the database. Immutable: one reference is swapped.</summary>
internal sealed record ControlTables(
    StateRevisions Revisions, Told Routes, ImmutableDictionary<Guid, NodeAssignments> AssignmentsOf, Told AccessOfRouters, Told AccessOfNodes)
{
    public static readonly ControlTables None = new(
        new StateRevisions(-1, -1, -1), new Told(new Routes(-1, [])), ImmutableDictionary<Guid, NodeAssignments>.Empty,
        new Told(new Protocol.Access(-1, [])), new Told(new Protocol.Access(-1, [])));

    public static readonly Grant[] Everything = [new Grant("*", "*")];

    public NodeAssignments AssignmentsFor(Guid node) => AssignmentsOf.GetValueOrDefault(node) ?? NodeAssignments.Nothing;

    public Told AccessFor(PeerKind kind) => kind == PeerKind.Node ? AccessOfNodes : AccessOfRouters;
}
