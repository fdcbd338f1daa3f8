using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Measuring;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Control;

/// <summary>
/// This router on the control stream: takes routes and access. A new table is in force before anything else is done
/// with it; the last one is on disk, so that a router restarted without the API serves on.
/// </summary>
internal sealed partial class RouterPeer(
    RouterOptions options, LastState disk, CurrentTable current, Door door, NodeLinks nodes, Meters meters, RouterAddress address, TimeProvider time, ILogger<RouterPeer> log)
    : IControlPeer
{
    private Welcome? identity = disk.Read<Welcome>();
    private bool turnedAway;
    private ControlLink? link;
    private long routesRevision = -1;
    private long accessRevision = -1;

    public string? Key => identity?.Key;

    public void Attach(ControlLink to) => link = to;

    /// <summary>Takes up what was last known.</summary>
    public void Resume()
    {
        if (disk.Read<Protocol.Access>() is { } access)
            (door.Table, accessRevision) = (new AccessTable(access), access.Revision);
        if (disk.Read<Routes>() is { } routes)
            (current.Value, routesRevision) = (RoutingTable.Of(routes, nodes, meters), routes.Revision);
    }

    public Hello Hello() => new(
        ControlMessages.ProtocolVersion, PeerKind.Router, options.Name, address.Value,
        new Capacity(0, Environment.ProcessorCount), [],
        typeof(RouterPeer).Assembly.GetName().Version?.ToString(3) ?? "", Key, Key is null || turnedAway ? options.JoinToken : null);

    public Pulse Pulse() => new(0);

    public IEnumerable<UpMessage> Report()
    {
        if (accessRevision >= 0)
            yield return new Applied(AppliedKind.Access, accessRevision, time.GetUtcNow());
        if (routesRevision >= 0)
            yield return new Applied(AppliedKind.Routes, routesRevision, time.GetUtcNow());
    }

    public void Connected(Welcome welcome)
    {
        turnedAway = false;
        // Another API than last time numbers its revisions anew; its first table replaces ours, until then we serve on.
        if (identity is not null && identity.Id != welcome.Id)
            (routesRevision, accessRevision) = (-1, -1);
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
            case Routes routes:
                if (routes.Revision > routesRevision)
                    Apply(routes);
                else
                    link?.Send(new Applied(AppliedKind.Routes, routesRevision, time.GetUtcNow()));
                break;
            case Protocol.Access access:
                if (access.Revision > accessRevision)
                    Apply(access);
                else
                    link?.Send(new Applied(AppliedKind.Access, accessRevision, time.GetUtcNow()));
                break;
        }
        return ValueTask.CompletedTask;
    }

    public void Lost(string reason) => Disconnected(reason);

    public void TurnedAway() => turnedAway = true;

    private void Apply(Protocol.Access access)
    {
        (door.Table, accessRevision) = (new AccessTable(access), access.Revision);
        link?.Send(new Applied(AppliedKind.Access, access.Revision, time.GetUtcNow()));
        disk.Write(access);
    }

    private void Apply(Routes routes)
    {
        current.Value = RoutingTable.Of(routes, nodes, meters);
        routesRevision = routes.Revision;
        link?.Send(new Applied(AppliedKind.Routes, routes.Revision, time.GetUtcNow()));
        Switched(routes.Revision, routes.Endpoints.Length);
        disk.Write(routes);
        nodes.Keep(routes.Endpoints.SelectMany(e => e.Variants).SelectMany(v => v.Nodes).Select(n => n.NodeId));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Joined as router {Id}")]
    private partial void Joined(Guid id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Routing table {Revision} with {Endpoints} endpoints is in force")]
    private partial void Switched(long revision, int endpoints);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No control stream: {Reason}")]
    private partial void Disconnected(string reason);
}
