using System.Net;
using System.Net.Sockets;

namespace ModelHub.Sockets.Connecting;

/// <summary>By the framework's own sockets.</summary>
internal sealed class SystemSockets : OutgoingSockets
{
    public override int Loops => 1;

    public override int? CurrentLoop => null;

    public override async ValueTask<OutgoingSocket> ConnectAsync(EndPoint to, CancellationToken ct)
    {
        var socket = to is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, ct);
            return new SystemSocket(socket);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }
}
