using ModelHub.Benchmarks.Serving;
using ModelHub.EndToEnd.Support;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Benchmarks.Routing;

/// <summary>A router and nodes as processes, with the API's side of their control streams, and nothing else of ModelHub.</summary>
internal sealed class RoutedStack : IAsyncDisposable
{
    public const string RouterName = "router";
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("modelhub-bench-");
    private readonly List<ServerProcess> nodes = [];

    private RoutedStack(FakeApi api) => Api = api;

    public FakeApi Api { get; }

    public ServerProcess Router { get; private set; } = null!;

    public IReadOnlyList<ServerProcess> Nodes => nodes;

    public static async Task<RoutedStack> StartAsync(int nodes, CancellationToken ct)
    {
        var stack = new RoutedStack(await FakeApi.StartAsync());
        for (var i = 0; i < nodes; i++)
            stack.nodes.Add(await stack.StartAsync("ModelHub.Node", $"node-{i}", ct));
        stack.Router = await stack.StartAsync("ModelHub.Router", RouterName, ct);
        return stack;
    }

    /// <summary>Returns when every node holds every model.</summary>
    public async Task HoldAsync(CancellationToken ct, params (string Model, byte[] File)[] models)
    {
        Assignment[] items = [.. models.Select(m => Api.Assignment(m.Model, 1, m.File))];
        for (var i = 0; i < nodes.Count; i++)
        {
            var name = $"node-{i}";
            Api.Assign(name, items);
            await Eventually.HoldsAsync("every model is ready",
                () => Task.FromResult(Api.Peers.First(p => p.Name == name).Placements?.Items.Count(p => p.State == PlacementState.Ready) == items.Length), TimeSpan.FromMinutes(2), ct);
        }
    }

    public RouteNode Node(int i) => new(Api[$"node-{i}"].Id, nodes[i].Address.ToString());

    public static RouteVariant Variant(VariantRole role, double weight, params RouteNode[] nodes) =>
        new(Guid.CreateVersion7(), Guid.CreateVersion7(), 1, role, weight, nodes);

    /// <summary>Returns when the router acts on it, and every node knows the router.</summary>
    public Task RouteAsync(CancellationToken ct, params (string Model, RouteVariant[] Variants)[] endpoints) =>
        RouteAsync(ct, [.. endpoints.Select(e => (e.Model, e.Variants, default(RouteLedger)))]);

    /// <summary>Returns when the router acts on it, and every node knows the router.</summary>
    public Task RouteAsync(CancellationToken ct, params (string Model, RouteVariant[] Variants, RouteLedger? Ledger)[] endpoints) =>
        RouteAsync(ct, [.. endpoints.Select(e => new RouteEndpoint(Guid.CreateVersion7(), "production", e.Model, e.Variants, Ledger: e.Ledger))]);

    /// <summary>Returns when the router acts on it, and every node knows the router.</summary>
    public async Task RouteAsync(CancellationToken ct, params RouteEndpoint[] endpoints)
    {
        var revision = Api.Route(RouterName, endpoints);
        await Eventually.HoldsAsync("the router has switched", () => Task.FromResult(
            Api[RouterName].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Routes && a.Revision >= revision)
            && Api.Peers.All(p => p.AppliedAccess >= Api.AccessRevision)), TimeSpan.FromSeconds(30), ct);
    }

    public Target Direct(string name, string model, byte[][] bodies) => Target(name, nodes[0], $"/v2/models/{model}/infer", bodies);

    public Target Through(string name, ServerProcess front, string model, byte[][] bodies, params ServerProcess[] behind) =>
        Target(name, front, $"/production/v2/models/{model}/infer", bodies) with { Behind = [.. behind.Select(p => p.Id)] };

    public async ValueTask DisposeAsync()
    {
        await Router.DisposeAsync();
        foreach (var node in nodes)
            await node.DisposeAsync();
        await Api.DisposeAsync();
        data.Delete(recursive: true);
    }

    // As `up` gives its hosts, unless told to go by ports alone.
    private string[] Sockets() => Environment.GetEnvironmentVariable("MODELHUB_BENCH_PORTS_ONLY") is null ? ["--LocalSockets", Path.Combine(data.FullName, "sockets")] : [];

    private static Target Target(string name, ServerProcess process, string path, byte[][] bodies) => new(
        name, process.Id, new Uri(process.Address, path),
        [("Authorization", "Bearer " + FakeApi.Caller), ("Content-Type", "application/json"), ("x-request-id", "bench")], bodies);

    private Task<ServerProcess> StartAsync(string host, string name, CancellationToken ct)
    {
        var port = FreePorts.Neighbours(1);
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, host + ".dll"), "--Urls", $"http://127.0.0.1:{port}", "--Api", Api.Address.ToString(), "--Name", name,
            "--JoinToken", FakeApi.JoinToken, "--Data", Path.Combine(data.FullName, name), .. Sockets(),
        ];
        // As `up` starts its hosts.
        var environment = new Dictionary<string, string> { ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0" };
        return ServerProcess.StartAsync("dotnet", arguments, port, "/healthz/live", environment, null, ct);
    }
}
