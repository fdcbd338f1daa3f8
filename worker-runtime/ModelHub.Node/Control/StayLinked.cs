using ModelHub.Node.Serving;
using ModelHub.Protocol;

namespace ModelHub.Node.Control;

/// <summary>Takes up the last state at start, then keeps the control stream and sends placements when they change and each ten seconds.</summary>
internal sealed class StayLinked(NodePeer peer, NodeOptions options, Holdings holdings, IHostApplicationLifetime lifetime) : BackgroundService
{
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(10);
    private readonly ControlLink link = new(options.Api, peer);

    public bool IsUp => link.IsUp;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        peer.Attach(link);
        holdings.Changed += peer.SayHeld;
        peer.Resume();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The address we listen on is known once the server has started.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var signal = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        await Task.WhenAll(link.RunAsync(stoppingToken), RepeatAsync(stoppingToken));
    }

    private async Task RepeatAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Repeat);
        while (await timer.WaitForNextTickAsync(ct))
            peer.SayHeld();
    }
}
