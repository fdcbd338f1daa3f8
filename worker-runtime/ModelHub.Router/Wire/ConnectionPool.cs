using System.Net;
using System.Net.Sockets;
using ModelHub.Sockets.Connecting;

namespace ModelHub.Router.Wire;

/// <summary>The connections to one node for one purpose: as many as there are requests in work, the last used first.</summary>
/// <param name="local">where its local socket would be; null: none</param>
internal sealed class ConnectionPool(Uri node, string? local, TimeSpan connectTime, OpenConnections open, OutgoingSockets sockets)
{
    private const int MostIdle = 256;
    private readonly Stack<NodeConnection>[] idle = [.. Enumerable.Range(0, sockets.Loops).Select(_ => new Stack<NodeConnection>(16))];
    private bool closed;

    /// <summary>
    /// One that goes on where the request is: the answer then comes in on the thread that waits for callers anyway.
    /// </summary>
    /// <returns>a connection that was used before, or null</returns>
    public NodeConnection? Take()
    {
        if (sockets.CurrentLoop is { } here)
            return Take(idle[here]);
        foreach (var one in idle)
            if (Take(one) is { } connection)
                return connection;
        return null;
    }

    /// <exception cref="SocketException">nobody listens there, or not within the connect time</exception>
    public async ValueTask<NodeConnection> OpenAsync(Deadline deadline)
    {
        var left = TimeSpan.FromMilliseconds(Math.Max(1, deadline.At - Environment.TickCount64));
        using var patience = new CancellationTokenSource(left < connectTime ? left : connectTime);
        var connection = new NodeConnection(await LocalAsync(patience.Token) ?? await ConnectAsync(new DnsEndPoint(node.IdnHost, node.Port), patience.Token), this);
        open.Add(connection);
        return connection;
    }

    /// <returns>null when there is no such socket, or only that of a node that was killed</returns>
    private async ValueTask<OutgoingSocket?> LocalAsync(CancellationToken ct)
    {
        if (local is null || !File.Exists(local))
            return null;
        try
        {
            return await ConnectAsync(new UnixDomainSocketEndPoint(local), ct);
        }
        catch (SocketException e) when (e.SocketErrorCode != SocketError.TimedOut)
        {
            return null;
        }
    }

    private async ValueTask<OutgoingSocket> ConnectAsync(EndPoint to, CancellationToken ct)
    {
        try
        {
            return await sockets.ConnectAsync(to, ct);
        }
        catch (OperationCanceledException)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    public void Return(NodeConnection connection)
    {
        connection.IdleSince = Environment.TickCount64;
        var home = idle[connection.Loop];
        lock (home)
            if (!closed && home.Count < MostIdle)
            {
                home.Push(connection);
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
        foreach (var one in idle)
            CloseIdle(one, moment);
    }

    /// <summary>The node has left: idle connections close now, those in work when they are done.</summary>
    public void Close()
    {
        Volatile.Write(ref closed, true);
        CloseIdle(long.MaxValue);
    }

    private NodeConnection? Take(Stack<NodeConnection> from)
    {
        while (true)
        {
            NodeConnection? connection;
            lock (from)
                if (!from.TryPop(out connection))
                    return null;
            if (connection.IsQuiet)
                return connection;
            Drop(connection);
        }
    }

    private void CloseIdle(Stack<NodeConnection> one, long moment)
    {
        NodeConnection[] old;
        lock (one)
        {
            if (one.All(c => c.IdleSince >= moment))
                return;
            old = [.. one.Where(c => c.IdleSince < moment)];
            var kept = one.Where(c => c.IdleSince >= moment).Reverse().ToArray();
            one.Clear();
            foreach (var connection in kept)
                one.Push(connection);
        }
        foreach (var connection in old)
            Drop(connection);
    }
}
