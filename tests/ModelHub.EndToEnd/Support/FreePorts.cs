using System.Net;
using System.Net.Sockets;

namespace ModelHub.EndToEnd.Support;

/// <summary>A run of neighbouring loopback ports that nobody listens on at the moment.</summary>
internal static class FreePorts
{
    public static int Neighbours(int count)
    {
        for (var first = Random.Shared.Next(20_000, 50_000); ; first = Random.Shared.Next(20_000, 50_000))
            if (Enumerable.Range(first, count).All(IsFree))
                return first;
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            // Taken by somebody else: the caller draws another run.
            return false;
        }
    }
}
