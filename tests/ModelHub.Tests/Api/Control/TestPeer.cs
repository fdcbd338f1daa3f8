using System.Net.WebSockets;
using ModelHub.Protocol;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Control;

/// <summary>A node or router as the API sees one: it says hello, beats, remembers the newest tables and acknowledges them.</summary>
internal sealed class TestPeer : IAsyncDisposable
{
    private readonly ControlSocket socket;
    private readonly CancellationTokenSource over = new();
    private readonly Task reading;
    private readonly Task beating;

    private TestPeer(ControlSocket socket, bool beats)
    {
        this.socket = socket;
        reading = ReadAsync();
        beating = beats ? BeatAsync() : Task.CompletedTask;
    }

    public Welcome? Welcome { get; private set; }

    public Refused? Refused { get; private set; }

    public Routes? Routes { get; private set; }

    public int TimesRouted { get; private set; }

    public Assignments? Assignments { get; private set; }

    public Protocol.Access? Access { get; private set; }

    public int Heartbeats { get; private set; }

    public bool SaysItIsBlind { get; private set; }

    /// <summary>What it said last of that when the newest routing table came.</summary>
    public bool RoutedBlindly { get; private set; }

    public bool Ended => reading.IsCompleted;

    public static Hello Hello(PeerKind kind, string name, string? key = null, string? joinToken = ApiHost.JoinToken)
        => new(ControlMessages.ProtocolVersion, kind, name, $"http://127.0.0.1:1/{name}", new Capacity(1 << 30, 2), ["onnx"], "test", key, key is null ? joinToken : null);

    public static async Task<TestPeer> ConnectAsync(Uri api, Hello hello, bool beats = true)
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(new UriBuilder(api) { Scheme = "ws", Path = "/control" }.Uri, TestContext.Current.CancellationToken);
        var peer = new TestPeer(new ControlSocket(client), beats);
        await peer.SendAsync(hello);
        await Eventually.Holds(() => peer.Welcome is not null || peer.Refused is not null || peer.Ended, what: "an answer to hello");
        return peer;
    }

    public static Task<TestPeer> JoinAsync(Uri api, PeerKind kind, string name) => ConnectAsync(api, Hello(kind, name));

    public Task SendAsync(UpMessage message) => socket.SendAsync(message, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await Task.WhenAll(reading, beating).ContinueWith(_ => { }, TaskScheduler.Default);
        socket.Dispose();
        over.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await socket.ReceiveDownAsync(over.Token) is { } message)
                await TakeAsync(message);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The stream is over, by one side or the other: that is what Ended tells.
        }
    }

    private async Task TakeAsync(DownMessage message)
    {
        switch (message)
        {
            case Welcome welcome:
                Welcome = welcome;
                break;
            case Refused refused:
                Refused = refused;
                break;
            case Routes routes:
                Routes = routes;
                RoutedBlindly = SaysItIsBlind;
                TimesRouted++;
                await socket.SendAsync(new Applied(AppliedKind.Routes, routes.Revision, DateTimeOffset.UtcNow), over.Token);
                break;
            case Assignments assignments:
                Assignments = assignments;
                await socket.SendAsync(new Applied(AppliedKind.Assignments, assignments.Revision, DateTimeOffset.UtcNow), over.Token);
                break;
            case Protocol.Access access:
                Access = access;
                break;
            case Heartbeat beat:
                Heartbeats++;
                SaysItIsBlind = beat.Blind;
                break;
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(over.Token))
                await socket.SendAsync(new Pulse(42), over.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // As above.
        }
    }
}
