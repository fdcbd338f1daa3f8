namespace ModelHub.Router.Forwarding;

/// <summary>Asks ejected nodes five times a second whether they live, and takes back those that do.</summary>
internal sealed partial class ProbeNodes(NodeLinks nodes, NodeClient client, ILogger<ProbeNodes> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Task.WhenAll(nodes.All.Where(n => n.Ejected).Select(n => ProbeAsync(n, stoppingToken)));
    }

    private async Task ProbeAsync(NodeLink node, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, node.Address + "/v2/health/live");
            using var response = await client.Invoker.SendAsync(request, patience.Token);
            if (!response.IsSuccessStatusCode)
                return;
            node.Restore();
            Restored(node.Address);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // Still gone.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Address} answers again")]
    private partial void Restored(string address);
}
