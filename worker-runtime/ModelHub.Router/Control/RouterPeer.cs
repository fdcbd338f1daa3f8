using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Control;

/// <summary>
/// This router on the control stream: takes routes and access. A new table is in force before anything else is done
/// with it; then it goes to disk, so that a router restarted without the API serves on with it, and only then the API is told: what it has unloaded
/// meanwhile must not be called by a router that comes back with an older table.
/// </summary>
internal sealed partial class RouterPeer(
    RouterOptions options, LastState disk, InForce inForce, RouterKey shown, RouterAddress address, TimeProvider time, ILogger<RouterPeer> log)
    : IControlPeer
{
    private Welcome? identity = disk.Read<Welcome>();
    private bool turnedAway;
    private ControlLink? link;

    public string? Key => identity?.Key;

    public void Attach(ControlLink to) => link = to;

    /// <summary>Takes up what was last known.</summary>
    public void Resume()
    {
        shown.Replace(Key);
        if (disk.Read<Protocol.Access>() is { } access)
            inForce.Take(access);
        if (disk.Read<Routes>() is not { } routes)
            return;
        inForce.Take(routes);
        // Whatever was tried out when it was told may have been rolled back since.
        inForce.EndTrials(inForce.Taken);
    }

    public Hello Hello() => new(
        ControlMessages.ProtocolVersion, PeerKind.Router, options.Name, address.Value,
        new Capacity(0, Environment.ProcessorCount), [],
        typeof(RouterPeer).Assembly.GetName().Version?.ToString(3) ?? "", Key, Key is null || turnedAway ? options.JoinToken : null);

    public Pulse Pulse() => new(0);

    public IEnumerable<UpMessage> Report()
    {
        if (inForce.Access >= 0)
            yield return Applied(AppliedKind.Access, inForce.Access);
        if (inForce.Routes >= 0)
            yield return Applied(AppliedKind.Routes, inForce.Routes);
    }

    public void Connected(Welcome welcome)
    {
        turnedAway = false;
        if (identity is not null && identity.Id != welcome.Id)
            inForce.ForgetNumbers();
        var known = welcome with { Key = welcome.Key ?? identity?.Key };
        if (known != identity)
            disk.Write(known);
        identity = known;
        shown.Replace(Key);
        Joined(welcome.Id);
    }

    public ValueTask ReceiveAsync(DownMessage message, CancellationToken ct)
    {
        switch (message)
        {
            case Routes routes:
                if (inForce.Take(routes))
                {
                    Switched(routes.Revision, routes.Endpoints.Length);
                    Keep(routes);
                }
                link?.Send(Applied(AppliedKind.Routes, inForce.Routes));
                break;
            case Protocol.Access access:
                if (inForce.Take(access))
                    Keep(access);
                link?.Send(Applied(AppliedKind.Access, inForce.Access));
                break;
        }
        return ValueTask.CompletedTask;
    }

    public void Lost(string reason) => Disconnected(reason);

    public void TurnedAway() => turnedAway = true;

    private void Keep<T>(T table)
        where T : DownMessage
    {
        try
        {
            disk.Write(table);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in force all the same, and the stream must not end over it: the next table may find room.
            NotKept(typeof(T).Name, e.Message);
        }
    }

    private Applied Applied(AppliedKind kind, long revision) => new(kind, revision, time.GetUtcNow());

    [LoggerMessage(Level = LogLevel.Information, Message = "Joined as router {Id}")]
    private partial void Joined(Guid id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Routing table {Revision} with {Endpoints} endpoints is in force")]
    private partial void Switched(long revision, int endpoints);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Table} could not be written to disk, and a restart without the API would bring back an older one: {Reason}")]
    private partial void NotKept(string table, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No control stream: {Reason}")]
    private partial void Disconnected(string reason);
}
