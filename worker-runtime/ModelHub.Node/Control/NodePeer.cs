using ModelHub.Node.Access;
using ModelHub.Node.Runtimes;
using ModelHub.Node.Serving;
using ModelHub.Protocol;

namespace ModelHub.Node.Control;

/// <summary>
/// This node on the control stream: takes assignments and access, reports placements. The last of each is on disk, so
/// that a node restarted without the API serves on.
/// </summary>
internal sealed partial class NodePeer(
    NodeOptions options, LastState disk, Holdings holdings, Door door, NodeAddress address, RuntimeTable runtimes, TimeProvider time, ILogger<NodePeer> log)
    : IControlPeer
{
    private Welcome? identity = disk.Read<Welcome>();
    private readonly CpuMeter cpu = new(time);
    private bool turnedAway;
    private Assignments? assignments;

    public string? Key => identity?.Key;

    /// <summary>Takes up what was last known.</summary>
    public void Resume()
    {
        assignments = disk.Read<Assignments>();
        if (assignments is not null)
            holdings.Want(assignments);
        if (disk.Read<Protocol.Access>() is { } access)
            door.Table = new AccessTable(access);
    }

    public Hello Hello() => new(
        ControlMessages.ProtocolVersion, PeerKind.Node, options.Name, address.Value,
        new Capacity(options.Memory, Environment.ProcessorCount), runtimes.Names,
        typeof(NodePeer).Assembly.GetName().Version?.ToString(3) ?? "", Key, Key is null || turnedAway ? options.JoinToken : null, address.Grpc);

    public Pulse Pulse() => new(holdings.MemoryUsed, cpu.Read() is { } used ? Math.Round(used, 3) : null);

    public IEnumerable<UpMessage> Report()
    {
        yield return holdings.Report();
        if (assignments is not null)
            yield return new Applied(AppliedKind.Assignments, assignments.Revision, time.GetUtcNow());
        if (door.Table.Revision >= 0)
            yield return new Applied(AppliedKind.Access, door.Table.Revision, time.GetUtcNow());
    }

    public void Connected(Welcome welcome)
    {
        turnedAway = false;
        // Another API than last time numbers its revisions anew.
        if (identity is not null && identity.Id != welcome.Id)
        {
            disk.Forget<Assignments>();
            disk.Forget<Protocol.Access>();
            (assignments, door.Table) = (null, AccessTable.Empty);
        }
        var known = welcome with { Key = welcome.Key ?? identity?.Key };
        if (known != identity)
            disk.Write(known);
        identity = known;
        Joined(welcome.Id);
    }

    public ValueTask ReceiveAsync(DownMessage message, CancellationToken ct)
    {
        switch (message)
        {
            case Assignments next when next.Revision > (assignments?.Revision ?? -1):
                disk.Write(next);
                assignments = next;
                holdings.Want(next);
                // What is asked for may be held already, for another endpoint: no change will tell, so it is said now.
                SayHeld();
                break;
            case Protocol.Access next when next.Revision > door.Table.Revision:
                disk.Write(next);
                door.Table = new AccessTable(next);
                break;
        }
        if (link is not null && Answer(message) is { } applied)
            link.Send(applied);
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends what is held now. One at a time, so that an older state never overtakes a newer one.</summary>
    public void SayHeld()
    {
        lock (saying)
            link?.Send(holdings.Report());
    }

    public void Lost(string reason) => Disconnected(reason);

    public void TurnedAway() => turnedAway = true;

    private readonly Lock saying = new();
    private ControlLink? link;

    public void Attach(ControlLink to) => link = to;

    private Applied? Answer(DownMessage message) => message switch
    {
        Assignments => new Applied(AppliedKind.Assignments, assignments!.Revision, time.GetUtcNow()),
        Protocol.Access => new Applied(AppliedKind.Access, door.Table.Revision, time.GetUtcNow()),
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Joined as node {Id}")]
    private partial void Joined(Guid id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No control stream: {Reason}")]
    private partial void Disconnected(string reason);
}
