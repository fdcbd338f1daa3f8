using ModelHub.Router.Routing;

namespace ModelHub.Router.Forwarding;

/// <summary>
/// Five times a second: asks nodes that are out whether they live, takes back those that do, and lets versions on nodes that
/// were out for what they answered come back on trial. Closes connections nobody has used for a while.
/// </summary>
internal sealed partial class ProbeNodes(NodeLinks nodes, Targets targets, ILogger<ProbeNodes> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = Patience,
        // Each probe shows that the node takes connections.
        PooledConnectionLifetime = TimeSpan.Zero,
    });

    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = Environment.TickCount64;
            foreach (var target in targets.All)
                if (target.Health.IsOut && target.Health.Return(now, probed: true))
                    VersionRestored(target.Meter.Version, target.Node.Address);
            foreach (var node in nodes.All)
                node.CloseIdle(now - (long)IdleTime.TotalMilliseconds);
            await Task.WhenAll(nodes.All.Where(n => n.Health.WantsProbe(now)).Select(n => ProbeAsync(n, stoppingToken)));
        }
    }

    private async Task ProbeAsync(NodeLink node, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, node.Address + "/v2/health/live");
            using var response = await client.SendAsync(request, patience.Token);
            if (response.IsSuccessStatusCode && node.Health.Return(Environment.TickCount64, probed: true))
                Restored(node.Address);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // Still gone.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Address} answers again")]
    private partial void Restored(string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Version {Version} on node {Address} is on trial again")]
    private partial void VersionRestored(Guid version, string address);
}
