using ModelHub.Benchmarks.Serving;
using ModelHub.Protocol;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Benchmarks.Routing;

/// <summary>What an experiment costs a request: its key found in a header, hashed (HMAC-SHA256) and dealt to an arm, against the same two versions by weights alone.</summary>
internal static class ExperimentCostBenchmark
{
    private const int Connections = 16;
    private const int Count = 5;
    private const string Alone = "by weights";
    private const string ByHeader = "experiment";
    private const string Answers = "experiment with a metric of the answers";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(CancellationToken ct)
    {
        Wrk.Need();
        await using var stack = await RoutedStack.StartAsync(1, ct);
        var model = BenchModels.Of("logistic");
        await stack.HoldAsync(ct, ("weights", model), ("header", model), ("answers", model));
        await stack.RouteAsync(ct,
            new RouteEndpoint(Guid.CreateVersion7(), "production", "weights", [Of(VariantRole.Primary), Of(VariantRole.Canary)]),
            Dealt("header", new StickyKey(StickySource.Header, "x-request-id"), null),
            Dealt("answers", new StickyKey(StickySource.Header, "x-request-id"), new RouteMetric("probabilities", "1")));
        Target[] targets = [Asked(Alone, "weights"), Asked(ByHeader, "header"), Asked(Answers, "answers")];
        var rounds = await Rounds.RunAsync(targets, Count, Connections, WarmUp, Time, ct);
        var table = new Table($"Experiments, logistic regression, batch 1, {Connections} connections, median of {Count} interleaved rounds; CPU of router and node",
            "", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "failed", "CPU of the first");
        foreach (var target in targets)
        {
            var seen = rounds.Of(target.Name);
            table.Add(target.Name, $"{seen.PerSecond:0}", $"{seen.P50:0.00}", $"{seen.P99:0.00}", $"{seen.Cpu:0.0}", $"{seen.Failed}", $"{rounds.Ratio(target.Name, Alone, b => b.Cpu):0.00} x");
        }
        table.Print();

        RouteVariant Of(VariantRole role) => RoutedStack.Variant(role, 50, stack.Node(0));
        RouteEndpoint Dealt(string name, StickyKey key, RouteMetric? metric) => new(Guid.CreateVersion7(), "production", name,
            [Of(VariantRole.Primary), Of(VariantRole.Arm)], Experiment: new RouteExperiment(Guid.CreateVersion7(), key, new byte[32], metric));
        Target Asked(string name, string path) => stack.Through(name, stack.Router, path, Bodies.Json(1), stack.Nodes[0]);
    }
}
