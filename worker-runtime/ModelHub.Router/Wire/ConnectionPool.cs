using System.Net;
using System.Net.Sockets;

namespace ModelHub.Router.Wire;

/// <summary>The connections to one node for one purpose: as many as there are requests in work, the last used first.</summary>
/// <param name="local">where its local socket would be; null: none</param>
internal sealed class ConnectionPool(Uri node, string? local, TimeSpan connectTime, OpenConnections open)
{
    private const int MostIdle = 256;
    private readonly Stack<NodeConnection> idle = new(16);
    private bool closed;

    /// <returns>a connection that was used before, or null</returns>
    public NodeConnection? Take()
    {
        while (true)
        {
            NodeConnection? connection;
            lock (idle)
                if (!idle.TryPop(out connection))
                    return null;
            if (connection.IsQuiet)
                return connection;
            Drop(connection);
        }
    }

    /// <exception cref="SocketException">nobody listens there, or not within the connect time</exception>
    public async ValueTask<NodeConnection> OpenAsync(Deadline deadline)
    {
        var left = TimeSpan.FromMilliseconds(Math.Max(1, deadline.At - Environment.TickCount64));
        using var patience = new CancellationTokenSource(left < connectTime ? left : connectTime);
        var connection = new NodeConnection(await LocalAsync(patience.Token) ?? await ConnectAsync(Tcp(), new DnsEndPoint(node.IdnHost, node.Port), patience.Token), this);
        open.Add(connection);
        return connection;
    }

    /// <returns>null when there is no such socket, or only that of a node that was killed</returns>
    private async ValueTask<Socket?> LocalAsync(CancellationToken ct)
    {
        if (local is null || !File.Exists(local))
            return null;
        try
        {
            return await ConnectAsync(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(local), ct);
        }
        catch (SocketException e) when (e.SocketErrorCode != SocketError.TimedOut)
        {
            return null;
        }
    }

    private static Socket Tcp() => new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private static async ValueTask<Socket> ConnectAsync(Socket socket, EndPoint to, CancellationToken ct)
    {
        try
        {
            await socket.ConnectAsync(to, ct);
            return socket;
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    public void Return(NodeConnection connection)
    {
        connection.IdleSince = Environment.TickCount64;
        lock (idle)
            if (!closed && idle.Count < MostIdle)
            {
                idle.Push(connection);
                return;
            }
        Drop(connection);
    }

    public void Drop(NodeConnection connection)
    {
        open.Remove(connection);
        connection.Close();
    }

    /// <summary>Closes what has been idle since before <paramref name="moment"/>; nodes do the same after a while.</summary>
    public void CloseIdle(long moment)
    {
        NodeConnection[] old;
        lock (idle)
        {
            if (idle.All(c => c.IdleSince >= moment))
                return;
            old = [.. idle.Where(c => c.IdleSince < moment)];
            var kept = idle.Where(c => c.IdleSince >= moment).Reverse().ToArray();
            idle.Clear();
            foreach (var connection in kept)
                idle.Push(connection);
        }
        foreach (var connection in old)
            Drop(connection);
    }

    /// <summary>The node has left: idle connections close now, those in work when they are done.</summary>
    public void Close()
    {
        lock (idle)
            closed = true;
        CloseIdle(long.MaxValue);
    }
}
