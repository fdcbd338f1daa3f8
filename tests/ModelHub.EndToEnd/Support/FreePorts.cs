using System.Net;
using System.Net.Sockets;

namespace ModelHub.EndToEnd.Support;

/// <summary>
/// A run of neighbouring loopback ports that nobody listens on at the moment. All lie below those that the kernel gives to outgoing
/// connections (32,768 and above on Linux): one of these on a port keeps who wants to listen there from starting.
/// </summary>
internal static class FreePorts
{
    private const int First = 10_000;
    private const int Last = 32_000;

    public static int Neighbours(int count)
    {
        for (var first = Random.Shared.Next(First, Last); ; first = Random.Shared.Next(First, Last))
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
