using ModelHub.Benchmarks.Serving;
using ModelHub.Protocol;

namespace ModelHub.Benchmarks.Routing;

/// <summary>What the prediction ledger costs a router: throughput with it off, at a tenth and at all requests, and latencies at a steady rate.</summary>
internal static class LedgerBenchmark
{
    private const int Connections = 16;
    private const int Bursts = 5;
    private const int Paced = 5;
    private const double PerSecond = 2_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(CancellationToken ct)
    {
        Wrk.Need();
        await using var stack = await RoutedStack.StartAsync(1, ct);
        var model = BenchModels.Of("logistic");
        await stack.HoldAsync(ct, ("off", model), ("tenth", model), ("all", model));
        await stack.RouteAsync(ct, ("off", Primary(), null), ("tenth", Primary(), Ledger(0.1)), ("all", Primary(), Ledger(1)));
        var bodies = Bodies.Json(1);
        Target[] targets = [Of("ledger off", "off"), Of("10 % written down", "tenth"), Of("100 % written down (at most 10,000 a second)", "all")];
        await BurstsAsync(targets, ct);
        await PacedAsync(targets, ct);

        RouteVariant[] Primary() => [RoutedStack.Variant(VariantRole.Primary, 100, stack.Node(0))];
        static RouteLedger Ledger(double share) => new(share, 10_000, 16 * 1024, ["x0"], ["x1"], new byte[32]);
        Target Of(string name, string path) => stack.Through(name, stack.Router, path, bodies, stack.Nodes[0]);
    }

    private static async Task BurstsAsync(Target[] targets, CancellationToken ct)
    {
        var rounds = await Rounds.RunAsync(targets, Bursts, Connections, WarmUp, Time, ct);
        var table = new Table($"Ledger, logistic regression, batch 1, {Connections} connections, median of {Bursts} interleaved rounds; CPU of router and node", "", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "failed", "requests/s of the first");
        foreach (var target in targets)
        {
            var seen = rounds.Of(target.Name);
            table.Add(target.Name, $"{seen.PerSecond:0}", $"{seen.P50:0.00}", $"{seen.P99:0.00}", $"{seen.Cpu:0.0}", $"{seen.Failed}", $"{rounds.Ratio(target.Name, targets[0].Name, b => b.PerSecond):0.00} x");
        }
        table.Print();
        var goals = new Goals("Ledger: what counts");
        goals.AtLeast("requests/s with 10 % written down to requests/s without", rounds.Ratio(targets[1].Name, targets[0].Name, b => b.PerSecond), 0.95);
        goals.Print();
    }

    private static async Task PacedAsync(Target[] targets, CancellationToken ct)
    {
        var seen = targets.ToDictionary(t => t.Name, _ => new List<double[]>());
        foreach (var target in targets)
            await PacedLoad.RunAsync(target, Connections, PerSecond, Time, ct);
        for (var round = 0; round < Paced; round++)
            foreach (var target in targets)
                seen[target.Name].Add(await PacedLoad.RunAsync(target, Connections, PerSecond, Time, ct));
        var table = new Table($"{PerSecond:0} requests/s through the router, {Connections} connections, median of {Paced} interleaved rounds", "", "p50 ms", "p99 ms", "p99 of the first");
        foreach (var target in targets)
            table.Add(target.Name, $"{At(target, 0.5):0.00}", $"{At(target, 0.99):0.00}", $"{Ratio(target):0.00} x");
        table.Print();
        var goals = new Goals("Ledger at a steady rate: what counts");
        goals.AtMost("p99 with 10 % written down to p99 without", Ratio(targets[1]), 1.05);
        goals.Print();

        double At(Target target, double share) => Median(seen[target.Name].Select(r => Load.Percentile(r, share)));
        double Ratio(Target target) => Median(seen[target.Name].Zip(seen[targets[0].Name], (a, b) => Load.Percentile(a, 0.99) / Load.Percentile(b, 0.99)));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Paced / 2);
}
