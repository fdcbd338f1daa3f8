using System.Text;
using ModelHub.Hosting;
using ModelHub.Protocol;
using ModelHub.Router.Wire;
using ModelHub.Sockets.Connecting;

namespace ModelHub.Router.Forwarding;

/// <summary>One node as this router knows it: where it is, how much it has in work, whether it answers.</summary>
internal sealed class NodeLink
{
    private int outstanding;

    public NodeLink(RouteNode node, RouterOptions options, OpenConnections open, OutgoingSockets sockets)
    {
        Id = node.NodeId;
        Address = node.Address.TrimEnd('/');
        GrpcAddress = node.GrpcAddress?.TrimEnd('/');
        var url = new Uri(Address);
        IsPlain = url.Scheme == Uri.UriSchemeHttp && url.AbsolutePath == "/";
        Host = Encoding.ASCII.GetBytes(url.Authority);
        var local = LocalSocket.Beside(options.LocalSockets, Address);
        Connections = new ConnectionPool(url, local, options.ConnectTime, open, sockets);
        MirrorConnections = new ConnectionPool(url, local, options.ConnectTime, open, sockets);
    }

    public Guid Id { get; }

    public string Address { get; }

    public string? GrpcAddress { get; }

    /// <summary>Reached over plain HTTP, by connections of our own.</summary>
    public bool IsPlain { get; }

    public byte[] Host { get; }

    public ConnectionPool Connections { get; }

    /// <summary>Apart, so that a shadow that hangs takes nothing from the primary.</summary>
    public ConnectionPool MirrorConnections { get; }

    public Health Health { get; } = new();

    public int Outstanding => Volatile.Read(ref outstanding);

    public void Enter() => Interlocked.Increment(ref outstanding);

    public void Leave() => Interlocked.Decrement(ref outstanding);

    public void CloseIdle(long moment)
    {
        Connections.CloseIdle(moment);
        MirrorConnections.CloseIdle(moment);
    }

    public void Close()
    {
        Connections.Close();
        MirrorConnections.Close();
    }
}
