using System.Net;
using System.Net.Sockets;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Worker.Webhooks;

/// <summary>
/// Connects to the first allowed address of a name, and to the very address that was judged: a name that leads elsewhere a
/// moment later changes nothing.
/// </summary>
internal sealed class ConnectToAllowed(AllowedNetworks allowed)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var target = context.DnsEndPoint;
        var plain = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttp;
        var addresses = await Dns.GetHostAddressesAsync(target.Host, ct);
        var good = addresses.Where(address => allowed.Allows(address) && (!plain || allowed.AllowsPlain(address))).ToArray();
        if (good.Length == 0)
            throw new AddressNotAllowedException(plain ? "without TLS only networks listed in Webhooks:AllowedNetworks are called" : "it leads to private addresses only, which are not listed in Webhooks:AllowedNetworks");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(good, target.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A name that leads nowhere a message may go.</summary>
internal sealed class AddressNotAllowedException(string message) : IOException(message);
