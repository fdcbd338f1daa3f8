using ModelHub.Benchmarks.Artifacts;
using ModelHub.Benchmarks.Batches;
using ModelHub.Benchmarks.Control;
using ModelHub.Benchmarks.Data;
using ModelHub.Benchmarks.Engine;
using ModelHub.Benchmarks.Experiments;
using ModelHub.Benchmarks.Fuzz;
using ModelHub.Benchmarks.Graph;
using ModelHub.Benchmarks.Inference;
using ModelHub.Benchmarks.Kills;
using ModelHub.Benchmarks.Monitoring;
using ModelHub.Benchmarks.Pages;
using ModelHub.Benchmarks.Policy;
using ModelHub.Benchmarks.Predictions;
using ModelHub.Benchmarks.Promotions;
using ModelHub.Benchmarks.Registry;
using ModelHub.Benchmarks.Routing;
using ModelHub.Benchmarks.Screens;
using ModelHub.Benchmarks.Serving;
using ModelHub.Benchmarks.Soak;
using ModelHub.Benchmarks.Variants;

namespace ModelHub.Benchmarks;

internal static class Program
{
    private static readonly Dictionary<string, Func<CancellationToken, Task>> Benchmarks = new()
    {
        ["registry"] = RegistryBenchmark.RunAsync,
        ["artifacts"] = ArtifactBenchmark.RunAsync,
        ["profile"] = ProfileBenchmark.RunAsync,
        ["lineage"] = LineageBenchmark.RunAsync,
        ["inference"] = InferenceBenchmark.RunAsync,
        ["batch"] = BatchBenchmark.RunAsync,
        ["promotion"] = PromotionBenchmark.RunAsync,
        ["graphql"] = GraphBenchmark.RunAsync,
        ["rollback"] = RollbackBenchmark.RunAsync,
        ["policy"] = PolicyBenchmark.RunAsync,
        ["experiments"] = ExperimentBenchmark.RunAsync,
        ["labels"] = LabelBenchmark.RunAsync,
        ["graphql-engine"] = EngineBenchmark.RunAsync,
        ["serving"] = ServingBenchmark.RunAsync,
        ["routing"] = RoutingBenchmark.RunAsync,
        ["routing-fronts"] = RoutingBenchmark.FrontsAsync,
        ["routing-shadows"] = RoutingBenchmark.ShadowsAsync,
        ["routing-hung"] = HungShadowBenchmark.RunAsync,
        ["routing-ledger"] = LedgerBenchmark.RunAsync,
        ["routing-experiment"] = ExperimentCostBenchmark.RunAsync,
        ["routing-allocation"] = AllocationTable.RunAsync,
        ["many-models"] = ManyModelsBenchmark.RunAsync,
        ["monitoring"] = MonitoringBenchmark.RunAsync,
        ["monitoring-counting"] = CountingBenchmark.RunAsync,
        ["drift"] = DriftBenchmark.RunAsync,
        ["console"] = ConsoleBenchmark.RunAsync,
        ["console-both"] = TwoBrowsers.RunAsync,
        ["control"] = ControlBenchmark.RunAsync,
        ["soak"] = SoakBenchmark.RunAsync,
        ["kills"] = KillBenchmark.RunAsync,
        ["variants"] = VariantBenchmark.RunAsync,
        ["fuzz"] = FuzzBenchmark.RunAsync,
        ["serving-core"] = CoreBenchmark.RunAsync,
        ["serving-limit"] = LimitBenchmark.RunAsync,
        ["serving-logistic"] = ct => ServingBenchmark.ModelAsync("logistic", ct),
        ["serving-trees"] = ct => ServingBenchmark.ModelAsync("trees", ct),
        ["serving-mlp"] = ct => ServingBenchmark.ModelAsync("mlp", ct),
        ["serving-large-mlp"] = ct => ServingBenchmark.ModelAsync("large-mlp", ct),
    };

    public static async Task<int> Main(string[] args)
    {
        if (args is [EchoServer.Verb, var port, var bytes])
            return await EchoServer.RunAsync(port, bytes);
        if (args is [YarpServer.Verb, var listens, var behind, var how])
            return await YarpServer.RunAsync(listens, behind, how);
        if (args is [EngineServer.Verb, var kind, var loopback])
            return await EngineServer.RunAsync(kind, loopback);
        if (args is [TakeScreens.Verb, var folder, .. var stack])
            return await TakeScreens.RunAsync(folder, stack.FirstOrDefault() ?? ".modelhub", CancellationToken.None);
        if (args.FirstOrDefault(name => !Benchmarks.ContainsKey(name)) is { } unknown)
        {
            Console.Error.WriteLine($"No benchmark is called {unknown}. There are: {string.Join(", ", Benchmarks.Keys)}.");
            return 64;
        }
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        foreach (var (name, run) in Benchmarks)
            if (args.Length == 0 ? !name.Contains('-', StringComparison.Ordinal) : args.Contains(name))
                await run(stop.Token);
        return 0;
    }
}
