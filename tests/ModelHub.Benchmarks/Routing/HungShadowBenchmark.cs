using System.Net;
using System.Net.Sockets;
using ModelHub.Benchmarks.Serving;
using ModelHub.Protocol;

namespace ModelHub.Benchmarks.Routing;

/// <summary>
/// What a shadow that hangs does to the callers of the primary: latencies at a steady rate well below what the machine can, in
/// interleaved rounds. In a closed loop p99 tells of the queue before the processors, not of the router.
/// </summary>
internal static class HungShadowBenchmark
{
    private const int Count = 7;
    private const int Connections = 16;
    private const double PerSecond = 2000;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(CancellationToken ct)
    {
        await using var stack = await RoutedStack.StartAsync(2, ct);
        using var hangs = Hanging();
        var model = BenchModels.Of("logistic");
        await stack.HoldAsync(ct, ("none", model), ("answers", model), ("hangs", model));
        await stack.RouteAsync(
            ct, ("none", [Primary()]), ("answers", [Primary(), Shadow(stack.Node(1))]),
            ("hangs", [Primary(), Shadow(new RouteNode(Guid.CreateVersion7(), $"http://{hangs.LocalEndpoint}"))]));
        var bodies = Bodies.Json(1);
        Target[] targets = [Of("no shadow", "none"), Of("10 % to a shadow that answers", "answers"), Of("10 % to a shadow that hangs", "hangs")];
        await PrintAsync(targets, ct);

        RouteVariant Primary() => RoutedStack.Variant(VariantRole.Primary, 100, stack.Node(0));
        RouteVariant Shadow(RouteNode node) => RoutedStack.Variant(VariantRole.Shadow, 0, node) with { MirrorPercent = 10 };
        Target Of(string name, string path) => stack.Through(name, stack.Router, path, bodies, stack.Nodes[0], stack.Nodes[1]);
    }

    private static async Task PrintAsync(Target[] targets, CancellationToken ct)
    {
        var seen = targets.ToDictionary(t => t.Name, _ => new List<double[]>());
        foreach (var target in targets)
            await PacedLoad.RunAsync(target, Connections, PerSecond, Time, ct);
        for (var round = 0; round < Count; round++)
            foreach (var target in targets)
                seen[target.Name].Add(await PacedLoad.RunAsync(target, Connections, PerSecond, Time, ct));
        var table = new Table($"{PerSecond:0} requests/s through the router, {Connections} connections, median of {Count} interleaved rounds", "", "p50 ms", "p99 ms", "p99 of the first");
        foreach (var target in targets)
            table.Add(target.Name, $"{At(target, 0.5):0.00}", $"{At(target, 0.99):0.00}", $"{Ratio(target, 0.99):0.00} x");
        table.Print();
        var goals = new Goals("A hung shadow: what counts");
        goals.AtMost("p99 of the primary with a hung shadow to p99 without", Ratio(targets[2], 0.99), 1.1);
        goals.Print();

        double At(Target target, double share) => Median(seen[target.Name].Select(r => Load.Percentile(r, share)));
        double Ratio(Target target, double share) =>
            Median(seen[target.Name].Zip(seen[targets[0].Name], (a, b) => Load.Percentile(a, share) / Load.Percentile(b, share)));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Count / 2);

    // Takes connections into its backlog and never reads.
    private static TcpListener Hanging()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(1024);
        return listener;
    }
}
