using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using ModelHub.Protocol;

namespace ModelHub.Tests.Node;

/// <summary>
/// The API's side of the control stream and its artifacts, on a real socket: nodes and routers cannot tell the
/// difference. It can be stopped and started again on the same port.
/// </summary>
internal sealed class FakeApi : IAsyncDisposable
{
    public const string JoinToken = "0123456789012345678901234567890123456789";
    public const string Caller = "mh_caller000001_0123456789012345678901234567890123456789012";
    public const string Operator = "mh_operator0001_0123456789012345678901234567890123456789012";
    public const string Viewer = "mh_viewer000001_0123456789012345678901234567890123456789012";

    private readonly ConcurrentDictionary<string, byte[]> artifacts = new();
    private readonly ConcurrentDictionary<string, Peer> peers = new();
    private readonly ConcurrentDictionary<string, (Guid Id, string Key)> known = new();
    private readonly ConcurrentQueue<AccessKey> issued = new();
    private readonly Lock gate = new();
    private long revision = 1;
    private WebApplication? app;

    /// <summary>How many of the next requests for an artifact fail, as when the database is away.</summary>
    public int ArtifactFaults { get; set; }

    /// <summary>Artifacts are given when this has ended.</summary>
    public Task ArtifactsFlow { get; set; } = Task.CompletedTask;

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>Number of the newest access table anybody was told.</summary>
    public long AccessRevision { get; private set; }

    public IReadOnlyCollection<Peer> Peers => [.. peers.Values];

    public Peer this[string name] => peers[name];

    /// <summary>Where artifacts can be read without asking us, as an address before their names; null: here.</summary>
    public string? SendsNodesTo { get; set; }

    public static async Task<FakeApi> StartAsync()
    {
        var api = new FakeApi();
        await api.UpAsync();
        return api;
    }

    public async Task UpAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString());
        app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/control", ControlAsync);
        app.MapGet("/api/v1/artifacts/sha256/{hex}", async (HttpContext context, string hex) =>
        {
            await ArtifactsFlow.WaitAsync(context.RequestAborted);
            return !known.Values.Any(k => context.Request.Headers.Authorization == "Bearer " + k.Key) ? Results.Unauthorized()
                : ArtifactFaults-- > 0 ? Results.StatusCode(500)
                : SendsNodesTo is { } store && context.Request.Query["through"] != "api" ? Results.Redirect($"{store}{hex}", permanent: false, preserveMethod: true)
                : artifacts.TryGetValue(hex, out var bytes) ? Results.Bytes(bytes) : Results.NotFound();
        });
        await app.StartAsync();
        Address = new Uri(app.Urls.Single());
    }

    public async Task DownAsync()
    {
        foreach (var peer in peers.Values)
            peer.Cut();
        await app!.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    /// <summary>As when the database was made anew.</summary>
    public void ForgetPeers()
    {
        known.Clear();
        foreach (var peer in peers.Values)
            peer.Cut();
    }

    /// <summary>Makes a token known to every peer.</summary>
    public void Issue(string token, RateLimit? limit = null)
    {
        lock (gate)
        {
            issued.Enqueue(Key(token, new Grant("*", "*")) with { Limit = limit });
            var access = AccessNow();
            foreach (var one in peers.Values)
                one.Want(access);
        }
    }

    public string Store(byte[] bytes)
    {
        var hex = Convert.ToHexStringLower(SHA256.HashData(bytes));
        artifacts[hex] = bytes;
        return "sha256:" + hex;
    }

    /// <summary>Stores something else under the digest of these bytes.</summary>
    public string StoreLie(byte[] named, byte[] really)
    {
        var digest = Store(named);
        artifacts[digest[7..]] = really;
        return digest;
    }

    public Assignment Assignment(string model, int version, byte[] bytes) =>
        new(Guid.CreateVersion7(), model, version, Store(bytes), bytes.Length, "onnx", "onnx", "model.onnx");

    public long Assign(string node, params Assignment[] items) => Tell(node, r => new Assignments(r, items));

    public long Route(string router, params ModelHub.Protocol.RouteEndpoint[] endpoints) => Tell(router, r => new Routes(r, endpoints));

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        foreach (var peer in peers.Values)
            peer.Dispose();
    }

    private static AccessKey Key(string token, params Grant[] grants) =>
        new(token.Split('_')[1], Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))), grants);

    private long Tell(string name, Func<long, DownMessage> message)
    {
        lock (gate)
        {
            var next = ++revision;
            peers.GetOrAdd(name, n => new Peer(n)).Want(message(next));
            return next;
        }
    }

    // Every caller, and every peer by its key, as the API does it.
    private Access AccessNow() => new(AccessRevision = Interlocked.Increment(ref revision),
    [
        Key(Caller, new Grant("*", "*")),
        Key(Operator, new Grant("*", "*", Operates: true)),
        Key(Viewer),
        .. issued,
        .. known.Values.Select(k => Key(k.Key, new Grant("*", "*"))),
    ]);

    private async Task ControlAsync(HttpContext context)
    {
        using var socket = new ControlSocket(await context.WebSockets.AcceptWebSocketAsync());
        if (await socket.ReceiveUpAsync(context.RequestAborted) is not Hello hello)
            return;
        var joined = known.TryGetValue(hello.Name, out var identity);
        if (joined ? hello.NodeKey != identity.Key : hello.JoinToken != JoinToken)
        {
            await socket.SendAsync(new Refused("unknown"), context.RequestAborted);
            return;
        }
        if (!joined)
            identity = known[hello.Name] = (Guid.CreateVersion7(), $"mhn_{Guid.NewGuid().ToString("n")[..12]}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))[..43]}");
        await socket.SendAsync(new Welcome(identity.Id, joined ? null : identity.Key), context.RequestAborted);
        var peer = peers.GetOrAdd(hello.Name, n => new Peer(n));
        // A new peer's key is news to the others.
        lock (gate)
        {
            var access = AccessNow();
            foreach (var one in peers.Values)
                one.Want(access);
        }
        await peer.TalkAsync(socket, hello, identity.Id, context.RequestAborted);
    }
}

/// <summary>One node or router as the API sees it.</summary>
internal sealed class Peer(string name) : IDisposable
{
    private readonly ConcurrentDictionary<Type, DownMessage> wanted = new();
    private ControlSocket? socket;
    private CancellationTokenSource end = new();

    public string Name { get; } = name;

    public Hello? Hello { get; private set; }

    public Guid Id { get; private set; }

    public ConcurrentQueue<UpMessage> Said { get; } = new();

    /// <summary>Told of each message in the moment it comes.</summary>
    public Action<UpMessage>? Hears { get; set; }

    /// <summary>Heartbeats say so.</summary>
    public bool IsBlind { get; set; }

    /// <summary>Heartbeats since it was last blind.</summary>
    public int SeenBeats { get; private set; }

    public long AppliedAccess => Said.OfType<Applied>().LastOrDefault(a => a.Kind == AppliedKind.Access)?.Revision ?? 0;

    public Placements? Placements => Said.OfType<Placements>().LastOrDefault();

    public void Want(DownMessage message)
    {
        wanted[message.GetType()] = message;
        if (socket is { } open)
            _ = open.SendAsync(message, end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public void Cut() => end.Cancel();

    public void Dispose() => end.Dispose();

    public async Task TalkAsync(ControlSocket open, Hello hello, Guid id, CancellationToken ct)
    {
        // A peer may come again before its former stream is seen to have ended.
        var mine = end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        (Hello, Id, socket) = (hello, id, open);
        foreach (var message in wanted.Values)
            await open.SendAsync(message, mine.Token);
        var beat = BeatAsync(open, mine.Token);
        try
        {
            while (await open.ReceiveUpAsync(mine.Token) is { } message)
                if (message is not Pulse)
                {
                    Hears?.Invoke(message);
                    Said.Enqueue(message);
                }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The peer went away, or the test cut the line.
        }
        finally
        {
            Interlocked.CompareExchange(ref socket, null, open);
            await mine.CancelAsync();
            await beat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BeatAsync(ControlSocket open, CancellationToken ct)
    {
        while (true)
        {
            var blind = IsBlind;
            await open.SendAsync(new Heartbeat(blind), ct);
            SeenBeats = blind ? 0 : SeenBeats + 1;
            await Task.Delay(500, ct);
        }
    }
}
