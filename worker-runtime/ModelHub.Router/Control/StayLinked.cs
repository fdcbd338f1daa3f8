using ModelHub.Protocol;

namespace ModelHub.Router.Control;

/// <summary>Takes up the last state at start, then keeps the control stream.</summary>
internal sealed class StayLinked(RouterPeer peer, RouterOptions options, IHostApplicationLifetime lifetime) : BackgroundService
{
    private readonly ControlLink link = new(options.Api, peer);

    public bool IsUp => link.IsUp;

    /// <inheritdoc cref="ControlLink.IsSeen"/>
    public bool IsSeen => link.IsSeen;

    /// <inheritdoc cref="ControlLink.Links"/>
    public int Links => link.Links;

    /// <inheritdoc cref="ControlLink.Waiting"/>
    public int Waiting => link.Waiting;

    public void Send(UpMessage message) => link.Send(message);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        peer.Attach(link);
        peer.Resume();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The address we listen on is known once the server has started.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var signal = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        await link.RunAsync(stoppingToken);
    }
}
