using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ModelHub.Cli.Stack;

/// <summary>Makes sure that nobody else listens where the stack wants to.</summary>
internal static class FreePorts
{
    // What an earlier stack leaves behind when it is killed needs a moment to go.
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    public static async Task EnsureAsync(StackOptions options, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        foreach (var (port, name) in StackPlan.Ports(options))
            while (!IsFree(port))
            {
                if (clock.Elapsed > patience)
                    throw new BrokenWorldException($"Port {port}, wanted for {name}, is in use. Choose another first port with --port.");
                await Task.Delay(100, ct);
            }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Connections that were closed a moment ago do not count, only listeners.
        probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            probe.Listen(1);
            return true;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new BrokenWorldException($"Port {port} is only for privileged programs. Choose another first port with --port.", fault);
        }
    }
}
