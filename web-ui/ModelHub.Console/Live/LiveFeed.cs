using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using ModelHub.Console.Hosting;

namespace ModelHub.Console.Live;

/// <summary>
/// The live side of one session: one socket to the api, shared by all its open pages, reconnected for as long as
/// a page is open. A page that hears <see cref="Caught"/> asks for everything again, so nothing is missed in a gap.
/// </summary>
internal sealed partial class LiveFeed(string token, ConsoleOptions options, ILogger log) : IDisposable
{
    private static readonly TimeSpan longestPause = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<string, Watch> watches = new();
    private volatile GraphSocket? open;

    public event Action<LiveEvent>? Seen;

    public event Action? StateChanged;

    /// <summary>The feed is live again after it was not.</summary>
    public event Action? Caught;

    public FeedState State { get; private set; }

    public int Pages { get; set; }

    public void Start()
    {
        var events = new EventWatch(change => Seen?.Invoke(change));
        watches[events.Id] = events;
        _ = Task.Run(() => RunAsync(closing.Token));
    }

    public async Task WatchAsync(Watch watch)
    {
        watches[watch.Id] = watch;
        await TrySendAsync(new SocketMessage("subscribe", watch.Id, watch.Start()));
    }

    public async Task UnwatchAsync(Watch watch)
    {
        watches.TryRemove(watch.Id, out _);
        await TrySendAsync(new SocketMessage("complete", watch.Id));
    }

    private async Task RunAsync(CancellationToken ct)
    {
        var pause = TimeSpan.FromMilliseconds(250);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(() => pause = TimeSpan.FromMilliseconds(250), ct);
                Become(FeedState.Lost);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is WebSocketException or IOException or HttpRequestException or JsonException or OperationCanceledException)
            {
                Lost(lost.Message);
                Become(State == FeedState.SignedOut ? State : FeedState.Lost);
            }

            if (State == FeedState.SignedOut)
                return;
            await Task.Delay(pause, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < longestPause ? pause * 2 : longestPause;
        }
    }

    private async Task FollowAsync(Action connected, CancellationToken ct)
    {
        using var socket = new GraphSocket();
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(TimeSpan.FromSeconds(5));
            await socket.OpenAsync(options.GraphQLSocket, token, patience.Token);
            open = socket;
            foreach (var watch in watches.Values)
                await socket.SendAsync(new SocketMessage("subscribe", watch.Id, watch.Start()), ct);
            connected();
            var again = State != FeedState.Connecting;
            Become(FeedState.Live);
            if (again)
                Caught?.Invoke();
            while (await socket.ReceiveAsync(ct) is { } message)
                await TakeAsync(socket, message, ct);
        }
        finally
        {
            open = null;
            if ((int?)socket.CloseStatus is 4401 or 4403)
                Become(FeedState.SignedOut);
        }
    }

    private async Task TakeAsync(GraphSocket socket, SocketMessage message, CancellationToken ct)
    {
        switch (message.Type)
        {
            case "ping":
                await socket.SendAsync(new SocketMessage("pong"), ct);
                break;
            case "next" when message is { Id: { } id, Payload: { } payload } && watches.TryGetValue(id, out var watch):
                watch.Next(payload);
                break;
            case "error":
                await RefusedAsync(socket, message, ct);
                break;
        }
    }

    /// <summary>A database that was restored knows less than the page: it goes on from now, and shows everything anew.</summary>
    private async Task RefusedAsync(GraphSocket socket, SocketMessage message, CancellationToken ct)
    {
        var reason = message.Payload?.ToString() ?? "";
        Refused(reason);
        if (message.Id is not { } id || !watches.TryGetValue(id, out var watch) || !watch.Forget(reason))
            return;
        await socket.SendAsync(new SocketMessage("subscribe", watch.Id, watch.Start()), ct);
        Caught?.Invoke();
    }

    private async Task TrySendAsync(SocketMessage message)
    {
        if (open is not { } socket)
            return;
        try
        {
            await socket.SendAsync(message, closing.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The reading side sees the same loss, reconnects and subscribes everything that is still watched.
            Lost(gone.Message);
        }
    }

    private void Become(FeedState next)
    {
        if (State == next)
            return;
        State = next;
        StateChanged?.Invoke();
    }

    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The live feed is lost: {Reason}")]
    private partial void Lost(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The api refused a subscription: {Reason}")]
    private partial void Refused(string reason);
}
