using System.Net;
using System.Net.Sockets;
using ModelHub.Benchmarks.Serving;
using ModelHub.EndToEnd.Support;
using ModelHub.Protocol;

namespace ModelHub.Benchmarks.Routing;

/// <summary>
/// The router beside a node asked directly and beside YARP's forwarder, and with shadows that answer, hang and refuse; in
/// interleaved rounds. Processor time is that of every process that takes part; ratios count, not absolutes.
/// </summary>
internal static class RoutingBenchmark
{
    private const int Rounds = 3;
    private const int Connections = 16;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(CancellationToken ct)
    {
        if (!Wrk.IsThere)
            throw new InvalidOperationException("This benchmark needs wrk (Debian and Ubuntu: apt install wrk).");
        await FrontsAsync(ct);
        await ShadowsAsync(ct);
        await AllocationTable.RunAsync(ct);
    }

    private static async Task FrontsAsync(CancellationToken ct)
    {
        await using var stack = await RoutedStack.StartAsync(1, ct);
        await stack.HoldAsync(ct, ("bench", BenchModels.Of("logistic")));
        await stack.RouteAsync(ct, ("bench", [RoutedStack.Variant(VariantRole.Primary, 100, stack.Node(0))]));
        await using var yarp = await YarpAsync(stack, "default", ct);
        await using var tuned = await YarpAsync(stack, "inline", ct);
        foreach (var rows in new[] { 1, 32 })
        {
            var bodies = Bodies.Json(rows);
            await TableAsync(
                $"Logistic regression, batch {rows}, {Connections} connections, median of {Rounds} interleaved rounds; CPU of all processes but the load generator",
                [
                    stack.Direct("node, asked directly", "bench", bodies),
                    stack.Through("through the router", stack.Router, "bench", bodies, stack.Nodes[0]),
                    stack.Through("through YARP's forwarder", yarp, "bench", bodies, stack.Nodes[0]),
                    stack.Through("the same, sockets as the router's", tuned, "bench", bodies, stack.Nodes[0]),
                ], Rounds, ct);
        }
    }

    private static async Task ShadowsAsync(CancellationToken ct)
    {
        await using var stack = await RoutedStack.StartAsync(2, ct);
        using var hangs = Hanging();
        var model = BenchModels.Of("logistic");
        string[] models = ["none", "tenth", "whole", "comparedTenth", "comparedWhole", "hung", "refusing"];
        await stack.HoldAsync(ct, [.. models.Select(m => (m, model))]);
        var (primary, shadow) = (stack.Node(0), stack.Node(1));
        var hung = new RouteNode(Guid.CreateVersion7(), $"http://{hangs.LocalEndpoint}");
        // Nobody listens on port 1.
        var refusing = new RouteNode(Guid.CreateVersion7(), "http://127.0.0.1:1");
        await stack.RouteAsync(ct, [.. models.Zip<string, RouteVariant[]>(
        [
            [Primary()], [Primary(), Shadow(10, shadow)], [Primary(), Shadow(100, shadow)], [Primary(), Compared(10, shadow)], [Primary(), Compared(100, shadow)], [Primary(), Shadow(10, hung)], [Primary(), Shadow(10, refusing)],
        ])]);
        var bodies = Bodies.Json(1);
        Target Of(string name, string path) => stack.Through(name, stack.Router, path, bodies, stack.Nodes[0], stack.Nodes[1]);
        await TableAsync(
            $"Mirroring, logistic regression, batch 1, {Connections} connections, median of {Rounds + 2} interleaved rounds; CPU of router and both nodes",
            [
                Of("no shadow", "none"), Of("10 % mirrored", "tenth"), Of("100 % mirrored", "whole"),
                Of("10 % mirrored, answers compared", "comparedTenth"), Of("100 % mirrored, answers compared", "comparedWhole"),
                Of("10 % to a shadow that hangs", "hung"), Of("10 % to a shadow that refuses", "refusing"),
            ],
            Rounds + 2, ct);

        RouteVariant Primary() => RoutedStack.Variant(VariantRole.Primary, 100, primary);
        RouteVariant Compared(double percent, RouteNode node) => Shadow(percent, node) with { Compare = new RouteComparison(0.01, 0.05) };
        RouteVariant Shadow(double percent, RouteNode node) => RoutedStack.Variant(VariantRole.Shadow, 0, node) with { MirrorPercent = percent };
    }

    private static async Task TableAsync(string title, Target[] targets, int count, CancellationToken ct)
    {
        var rounds = targets.ToDictionary(t => t.Name, _ => new List<Burst>());
        for (var round = 0; round < count; round++)
            foreach (var target in targets)
                rounds[target.Name].Add(await Wrk.RunAsync(target, Connections, Time, ct));
        var first = Burst.Median(rounds[targets[0].Name]);
        var table = new Table(title, "", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "failed", "CPU of the first", "p99 of the first");
        foreach (var target in targets)
        {
            var seen = Burst.Median(rounds[target.Name]);
            table.Add(
                target.Name, $"{seen.PerSecond:0}", $"{seen.P50:0.00}", $"{seen.P99:0.00}", $"{seen.Cpu:0.0}", $"{seen.Failed}",
                $"{seen.Cpu / first.Cpu:0.00} x", $"{seen.P99 / first.P99:0.00} x");
        }
        table.Print();
    }

    private static Task<ServerProcess> YarpAsync(RoutedStack stack, string sockets, CancellationToken ct)
    {
        var port = FreePorts.Neighbours(1);
        var environment = new Dictionary<string, string> { ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0" };
        return ServerProcess.StartAsync(
            "dotnet", [typeof(YarpServer).Assembly.Location, YarpServer.Verb, $"{port}", stack.Nodes[0].Address.ToString(), sockets], port, "/x/v2/health/live", environment, null, ct);
    }

    // Takes connections into its backlog and never reads.
    private static TcpListener Hanging()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(1024);
        return listener;
    }
}
