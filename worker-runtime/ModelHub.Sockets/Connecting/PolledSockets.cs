using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ModelHub.Sockets.Connecting;

/// <summary>Connects without the framework's own loop, which would go on watching the socket beside ours.</summary>
internal sealed class PolledSockets : OutgoingSockets
{
    private int turns;

    public override int Loops => EventLoop.All.Length;

    public override int? CurrentLoop => EventLoop.Current?.Number;

    public override async ValueTask<OutgoingSocket> ConnectAsync(EndPoint to, CancellationToken ct)
    {
        // By turns for who is not on a loop.
        var loop = EventLoop.Current ?? EventLoop.All[(uint)Interlocked.Increment(ref turns) % (uint)EventLoop.All.Length];
        SocketException? last = null;
        foreach (var address in await AddressesAsync(to, ct))
        {
            try
            {
                return await ConnectAsync(address, loop, ct);
            }
            catch (SocketException e)
            {
                last = e;
            }
        }
        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static async ValueTask<EndPoint[]> AddressesAsync(EndPoint to, CancellationToken ct) =>
        to is not DnsEndPoint name ? [to]
        : IPAddress.TryParse(name.Host, out var given) ? [new IPEndPoint(given, name.Port)]
        : [.. (await Dns.GetHostAddressesAsync(name.Host, ct)).Select(address => new IPEndPoint(address, name.Port))];

    private static async ValueTask<OutgoingSocket> ConnectAsync(EndPoint to, EventLoop loop, CancellationToken ct)
    {
        var socket = to is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (to.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = true;
        socket.Blocking = false;
        var polled = new PolledOutgoing(socket, loop);
        try
        {
            if (Begin(socket, to))
                polled.Begin();
            else
                await polled.ConnectedAsync(ct);
            return polled;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            polled.Dispose();
            throw;
        }
    }

    /// <returns>false: under way</returns>
    private static bool Begin(Socket socket, EndPoint to)
    {
        var address = to.Serialize();
        if (Libc.Connect(socket.SafeHandle, ref MemoryMarshal.GetReference(address.Buffer.Span), (uint)address.Size) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error is Libc.InProgress or Libc.Interrupted ? false : throw Outcome.Exception(error);
    }
}
