namespace ModelHub.Router.Wire;

/// <summary>
/// All connections to nodes, looked over every 20 ms: one whose request is past its deadline is cut. A timer of its own
/// for each request would cost more than the request's whole way through the router.
/// </summary>
internal sealed class OpenConnections : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private readonly HashSet<NodeConnection> connections = [];
    private readonly List<NodeConnection> seen = [];

    public int Count
    {
        get
        {
            lock (connections)
                return connections.Count;
        }
    }

    public void Add(NodeConnection connection)
    {
        lock (connections)
            connections.Add(connection);
    }

    public void Remove(NodeConnection connection)
    {
        lock (connections)
            connections.Remove(connection);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            seen.Clear();
            lock (connections)
                seen.AddRange(connections);
            var now = Environment.TickCount64;
            foreach (var connection in seen)
                connection.CutIfLate(now);
        }
    }
}
