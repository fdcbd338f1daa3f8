using System.Net.WebSockets;
using System.Threading.Channels;

namespace ModelHub.Protocol;

/// <summary>What a node or router does with its control stream.</summary>
public interface IControlPeer
{
    Hello Hello();

    Pulse Pulse();

    /// <summary>The API knows us; all we hold is reported anew, since it may have missed something.</summary>
    IEnumerable<UpMessage> Report();

    ValueTask ReceiveAsync(DownMessage message, CancellationToken ct);

    void Connected(Welcome welcome);

    void Lost(string reason);

    /// <summary>The API does not take us as we came, as after its database was made anew: the next hello shows the join token.</summary>
    void TurnedAway();
}

/// <summary>
/// The lasting link of a node or router to the API: connects, says hello, reports, beats, and does so again after
/// every loss.
/// </summary>
public sealed class ControlLink(Uri api, IControlPeer peer)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Channel<UpMessage> outbox = Channel.CreateBounded<UpMessage>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Uri address = new UriBuilder(new Uri(api, "/control")) { Scheme = api.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri;

    private bool takenIn;
    private volatile bool blind;

    public bool IsUp { get; private set; }

    /// <summary>Whether somebody there sees what we tell; false also while the link is away.</summary>
    public bool IsSeen => IsUp && !blind;

    /// <summary>How often it came up.</summary>
    public int Links { get; private set; }

    /// <summary>Messages that are not sent yet: who has much to say waits until there are few.</summary>
    public int Waiting => outbox.Reader.Count;

    /// <summary>Sends when the link is up; what was not sent is covered by the next report.</summary>
    public void Send(UpMessage message)
    {
        if (IsUp)
            outbox.Writer.TryWrite(message);
    }

    public async Task RunAsync(CancellationToken ct)
    {
        for (var pause = FirstPause; !ct.IsCancellationRequested;)
        {
            takenIn = false;
            try
            {
                await TalkAsync(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is WebSocketException or IOException or ProtocolException or OperationCanceledException or HttpRequestException)
            {
                peer.Lost(e is OperationCanceledException ? "the API was silent" : e.Message);
            }
            if (takenIn)
                pause = FirstPause;
            // A crowd of peers shall not come back in one instant.
            await Task.Delay(pause * (0.75 + Random.Shared.NextDouble() / 2), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task TalkAsync(CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        end.CancelAfter(Silence);
        using var client = new ClientWebSocket();
        await client.ConnectAsync(address, end.Token);
        using var socket = new ControlSocket(client);
        await socket.SendAsync(peer.Hello(), end.Token);
        switch (await socket.ReceiveDownAsync(end.Token))
        {
            case Welcome welcome:
                peer.Connected(welcome);
                break;
            case Refused refused:
                peer.TurnedAway();
                peer.Lost($"the API refuses us: {refused.Reason}");
                return;
            default:
                throw new ProtocolException("The API did not answer hello.");
        }

        while (outbox.Reader.TryRead(out _))
        {
            // Left from an earlier connection: the report says it all.
        }
        blind = false;
        Links++;
        IsUp = takenIn = true;
        foreach (var message in peer.Report())
            outbox.Writer.TryWrite(message);
        var sending = SendAsync(socket, end.Token);
        try
        {
            await ReceiveAsync(socket, end);
        }
        finally
        {
            IsUp = false;
            await end.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReceiveAsync(ControlSocket socket, CancellationTokenSource end)
    {
        while (await socket.ReceiveDownAsync(end.Token) is { } message)
        {
            end.CancelAfter(Silence);
            if (message is Refused refused)
            {
                peer.Lost($"the API refuses us: {refused.Reason}");
                return;
            }
            if (message is Heartbeat beat)
                blind = beat.Blind;
            else
                await peer.ReceiveAsync(message, end.Token);
        }
        peer.Lost("the API closed the stream");
    }

    private async Task SendAsync(ControlSocket socket, CancellationToken ct)
    {
        var pulse = PulseAsync(ct);
        await foreach (var message in outbox.Reader.ReadAllAsync(ct))
            await socket.SendAsync(message, ct);
        await pulse;
    }

    private async Task PulseAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Beat);
        do
            outbox.Writer.TryWrite(peer.Pulse());
        while (await timer.WaitForNextTickAsync(ct));
    }
}
