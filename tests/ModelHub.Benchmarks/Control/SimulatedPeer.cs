using System.Diagnostics;
using ModelHub.EndToEnd.Support;
using ModelHub.Protocol;

namespace ModelHub.Benchmarks.Control;

/// <summary>A node or router that is nothing but its control stream, spoken by the code that real ones use.</summary>
internal sealed class SimulatedPeer : IControlPeer, IAsyncDisposable
{
    private readonly CancellationTokenSource over = new();
    private readonly ControlLink link;
    private readonly string name;
    private readonly string token;
    private readonly Lock gate = new();
    private readonly Dictionary<int, TaskCompletionSource<long>> awaited = [];
    private Task running = Task.CompletedTask;
    private string? key;

    private SimulatedPeer(Uri api, PeerKind kind, string name, string token)
    {
        (Kind, this.name, this.token) = (kind, name, token);
        link = new ControlLink(api, this);
    }

    public PeerKind Kind { get; }

    public long Routes { get; private set; } = -1;

    /// <summary>The number carried by the last table, as the benchmark set it.</summary>
    public int? Rule { get; private set; }

    /// <summary>How many tables of any kind have come.</summary>
    public int Tables { get; private set; }

    public static async Task<SimulatedPeer> JoinAsync(Uri api, PeerKind kind, string name, string token, CancellationToken ct)
    {
        var peer = new SimulatedPeer(api, kind, name, token);
        peer.running = Task.Run(() => peer.link.RunAsync(peer.over.Token), ct);
        await Eventually.HoldsAsync($"{name} is connected", () => Task.FromResult(peer.link.IsUp), TimeSpan.FromMinutes(1), ct);
        return peer;
    }

    /// <returns>when the table with this number came, on the clock of <see cref="Stopwatch"/></returns>
    public Task<long> HearAsync(int rule, CancellationToken ct)
    {
        lock (gate)
            return (awaited[rule] = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(TimeSpan.FromSeconds(30), ct);
    }

    public Hello Hello() => new(
        ControlMessages.ProtocolVersion, Kind, name, $"http://127.0.0.1:1/{name}", new Capacity(1L << 30, 2), Kind == PeerKind.Node ? ["onnx"] : [], "simulated", key, key is null ? token : null);

    public Pulse Pulse() => new(1 << 20);

    public IEnumerable<UpMessage> Report() => Kind == PeerKind.Node ? [new Placements(0, [])] : [];

    public ValueTask ReceiveAsync(DownMessage message, CancellationToken ct)
    {
        Tables++;
        if (message is Assignments assignments)
            link.Send(new Applied(AppliedKind.Assignments, assignments.Revision, DateTimeOffset.UtcNow));
        if (message is not Protocol.Routes routes)
            return ValueTask.CompletedTask;
        Routes = routes.Revision;
        Rule = routes.Endpoints.Select(e => e.Traffic?.HoldMilliseconds).FirstOrDefault(hold => hold is not null);
        link.Send(new Applied(AppliedKind.Routes, routes.Revision, DateTimeOffset.UtcNow));
        lock (gate)
            if (Rule is { } rule && awaited.Remove(rule, out var waiting))
                waiting.SetResult(Stopwatch.GetTimestamp());
        return ValueTask.CompletedTask;
    }

    public void Connected(Welcome welcome) => key = welcome.Key ?? key;

    public void Lost(string reason)
    {
        // It connects again by itself.
    }

    public void TurnedAway() => key = null;

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        over.Dispose();
    }
}
