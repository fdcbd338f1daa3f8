using System.Net;
using System.Net.Sockets;

namespace ModelHub.Sockets.Connecting;

/// <summary>How this process opens connections of its own, and on which threads what waits on them goes on.</summary>
public abstract class OutgoingSockets
{
    /// <summary>How many threads do that: those of a number each; 1 where nobody can choose.</summary>
    public abstract int Loops { get; }

    /// <summary>Which of them this thread is; null: none of them, or nobody can choose.</summary>
    public abstract int? CurrentLoop { get; }

    /// <summary>Connects on the loop that asks; names are looked up, and their addresses tried in turn.</summary>
    /// <exception cref="SocketException">nobody listens there, or there is no such name</exception>
    /// <exception cref="OperationCanceledException">not within the caller's patience</exception>
    public abstract ValueTask<OutgoingSocket> ConnectAsync(EndPoint to, CancellationToken ct);
}
