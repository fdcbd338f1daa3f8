using ModelHub.Benchmarks.Serving;
using ModelHub.EndToEnd.Support;
using ModelHub.Protocol;

namespace ModelHub.Benchmarks.Routing;

/// <summary>
/// The router beside a node asked directly and beside YARP's forwarder, and with shadows that answer and refuse; in
/// interleaved rounds. Processor time is that of every process that takes part; ratios count, not absolutes.
/// </summary>
internal static class RoutingBenchmark
{
    private const int Count = 5;
    private const int Connections = 16;
    private const string Direct = "node, asked directly";
    private const string Through = "through the router";
    private const string Yarp = "through YARP's forwarder";
    private const string Alone = "no shadow";
    private const string Tenth = "10 % mirrored";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(CancellationToken ct)
    {
        await FrontsAsync(ct);
        await ShadowsAsync(ct);
        await HungShadowBenchmark.RunAsync(ct);
        await LedgerBenchmark.RunAsync(ct);
        await AllocationTable.RunAsync(ct);
    }

    public static async Task FrontsAsync(CancellationToken ct)
    {
        Wrk.Need();
        await using var stack = await RoutedStack.StartAsync(1, ct);
        await stack.HoldAsync(ct, ("bench", BenchModels.Of("logistic")));
        await stack.RouteAsync(ct, ("bench", [RoutedStack.Variant(VariantRole.Primary, 100, stack.Node(0))]));
        await using var yarp = await YarpAsync(stack, "default", ct);
        await using var tuned = await YarpAsync(stack, "inline", ct);
        foreach (var rows in new[] { 1, 32 })
        {
            var bodies = Bodies.Json(rows);
            var rounds = await TableAsync(
                $"Logistic regression, batch {rows}, {Connections} connections, median of {Count} interleaved rounds; CPU of all processes but the load generator",
                [
                    stack.Direct(Direct, "bench", bodies),
                    stack.Through(Through, stack.Router, "bench", bodies, stack.Nodes[0]),
                    stack.Through(Yarp, yarp, "bench", bodies, stack.Nodes[0]),
                    stack.Through("the same, sockets as the router's", tuned, "bench", bodies, stack.Nodes[0]),
                ], ct);
            if (rows > 1)
                continue;
            var goals = new Goals("Router: what counts");
            goals.AtMost("CPU through the router to CPU direct, batch 1", rounds.Ratio(Through, Direct, b => b.Cpu), 2.3);
            goals.AtMost("CPU through the router to CPU through YARP, batch 1", rounds.Ratio(Through, Yarp, b => b.Cpu), 0.6);
            goals.Print();
        }
    }

    public static async Task ShadowsAsync(CancellationToken ct)
    {
        Wrk.Need();
        await using var stack = await RoutedStack.StartAsync(2, ct);
        var model = BenchModels.Of("logistic");
        string[] models = ["none", "tenth", "whole", "comparedTenth", "comparedWhole", "refusing"];
        await stack.HoldAsync(ct, [.. models.Select(m => (m, model))]);
        var (primary, shadow) = (stack.Node(0), stack.Node(1));
        // Nobody listens on port 1.
        var refusing = new RouteNode(Guid.CreateVersion7(), "http://127.0.0.1:1");
        await stack.RouteAsync(ct, [.. models.Zip<string, RouteVariant[]>(
        [
            [Primary()], [Primary(), Shadow(10, shadow)], [Primary(), Shadow(100, shadow)], [Primary(), Compared(10, shadow)], [Primary(), Compared(100, shadow)],
            [Primary(), Shadow(10, refusing)],
        ])]);
        var bodies = Bodies.Json(1);
        Target Of(string name, string path) => stack.Through(name, stack.Router, path, bodies, stack.Nodes[0], stack.Nodes[1]);
        var rounds = await TableAsync(
            $"Mirroring, logistic regression, batch 1, {Connections} connections, median of {Count} interleaved rounds; CPU of router and both nodes",
            [
                Of(Alone, "none"), Of(Tenth, "tenth"), Of("100 % mirrored", "whole"),
                Of("10 % mirrored, answers compared", "comparedTenth"), Of("100 % mirrored, answers compared", "comparedWhole"),
                Of("10 % to a shadow that refuses", "refusing"),
            ], ct);
        var goals = new Goals("Mirroring: what counts");
        goals.AtMost("CPU with 10 % mirrored to CPU without", rounds.Ratio(Tenth, Alone, b => b.Cpu), 1.3);
        goals.Print();

        RouteVariant Primary() => RoutedStack.Variant(VariantRole.Primary, 100, primary);
        RouteVariant Compared(double percent, RouteNode node) => Shadow(percent, node) with { Compare = new RouteComparison(0.01, 0.05) };
        RouteVariant Shadow(double percent, RouteNode node) => RoutedStack.Variant(VariantRole.Shadow, 0, node) with { MirrorPercent = percent };
    }

    private static async Task<Rounds> TableAsync(string title, Target[] targets, CancellationToken ct)
    {
        var rounds = await Rounds.RunAsync(targets, Count, Connections, WarmUp, Time, ct);
        var table = new Table(title, "", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "failed", "CPU of the first");
        foreach (var target in targets)
        {
            var seen = rounds.Of(target.Name);
            table.Add(
                target.Name, $"{seen.PerSecond:0}", $"{seen.P50:0.00}", $"{seen.P99:0.00}", $"{seen.Cpu:0.0}", $"{seen.Failed}",
                $"{rounds.Ratio(target.Name, targets[0].Name, b => b.Cpu):0.00} x");
        }
        table.Print();
        return rounds;
    }

    private static Task<ServerProcess> YarpAsync(RoutedStack stack, string sockets, CancellationToken ct)
    {
        var port = FreePorts.Neighbours(1);
        var environment = new Dictionary<string, string> { ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0" };
        return ServerProcess.StartAsync(
            "dotnet", [typeof(YarpServer).Assembly.Location, YarpServer.Verb, $"{port}", stack.Nodes[0].Address.ToString(), sockets], port, "/x/v2/health/live", environment, null, ct);
    }
}
