using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>What one peer has been sent, and what it has not: an assignment that does not change is not sent again when others' do.</summary>
internal sealed class PeerNews(Peer peer)
{
    private StateRevisions sent = ControlTables.None.Revisions;
    private NodeAssignments? assigned;

    /// <summary>The messages that bring the peer up to these tables. Routes last: whoever is sent to a node must be let in by it, and what it serves be assigned.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Of(ControlTables tables)
    {
        if (tables.Revisions.Access != sent.Access)
            yield return tables.AccessFor(peer.Kind).Bytes;
        if (peer.Kind == PeerKind.Node && Assigned(tables) is { } message)
            yield return ControlMessages.Write(message);
        if (peer.Kind == PeerKind.Router && tables.Revisions.Routes != sent.Routes)
            yield return tables.Routes.Bytes;
        sent = tables.Revisions;
    }

    /// <summary>The peer may have put aside what it was told, since nobody watched it: it is sent all of it once more.</summary>
    public void Repeat() => (sent, assigned) = (ControlTables.None.Revisions, null);

    // A new stream is told by the newest number: the node may have heard another process of this API name a higher one than we do.
    private Assignments? Assigned(ControlTables tables)
    {
        var now = tables.AssignmentsFor(peer.Id);
        if (tables.Revisions.Assignments == sent.Assignments || ReferenceEquals(now, assigned))
            return null;
        assigned = now;
        return new Assignments(tables.Revisions.Assignments, now.Items);
    }
}
