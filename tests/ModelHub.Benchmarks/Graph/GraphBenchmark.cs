using System.Globalization;
using ModelHub.Benchmarks.Serving;
using ModelHub.Cli.Postgres;

namespace ModelHub.Benchmarks.Graph;

/// <summary>
/// The registry's own most used operations through the real api host, over a database of a million versions and over one of
/// a thousand: what each costs, and how much more of it the larger one takes. MODELHUB_BENCH_VERSIONS makes the larger one smaller,
/// MODELHUB_BENCH_ONLY leaves the operations whose name contains it.
/// </summary>
internal static class GraphBenchmark
{
    private const int Rounds = 2;
    private const int Callers = 8;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);
    private static readonly int Versions = int.TryParse(Environment.GetEnvironmentVariable("MODELHUB_BENCH_VERSIONS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 1_000_000;

    public static async Task RunAsync(CancellationToken ct)
    {
        if (!Wrk.IsThere)
            throw new InvalidOperationException("This benchmark needs wrk (Debian and Ubuntu: apt install wrk).");
        var folder = Directory.CreateTempSubdirectory("modelhub-bench-");
        await using (var postgres = await EmbeddedPostgres.StartAsync(folder.FullName, new EmbeddedPostgresOptions { Durable = false }, ct))
        await using (var small = await SeededApi.StartAsync(postgres.ConnectionStringTo("small"), models: 100, versions: 1_000, ct))
        await using (var large = await SeededApi.StartAsync(postgres.ConnectionStringTo("large"), models: Versions / 10, versions: Versions, ct))
            Print(await MeasureAsync(small, large, ct));
        folder.Delete(recursive: true);
    }

    // Small and large take turns, so that both see the same minutes of a shared machine.
    private static async Task<List<Compared>> MeasureAsync(SeededApi small, SeededApi large, CancellationToken ct)
    {
        var only = Environment.GetEnvironmentVariable("MODELHUB_BENCH_ONLY") ?? "";
        var pairs = (await GraphOperations.OfAsync(small, ct)).Zip(await GraphOperations.OfAsync(large, ct))
            .Where(pair => pair.First.Name.Contains(only, StringComparison.Ordinal)).ToList();
        foreach (var (a, b) in pairs)
        {
            await small.CheckAsync(a, ct);
            await large.CheckAsync(b, ct);
        }
        var seen = pairs.Select(pair => new Compared(pair.Second, [], [])).ToList();
        for (var round = 0; round < Rounds; round++)
            for (var i = 0; i < pairs.Count; i++)
            {
                seen[i].Small.Add(await CostAsync(small, pairs[i].First, ct));
                seen[i].Large.Add(await CostAsync(large, pairs[i].Second, ct));
            }
        return seen;
    }

    private static async Task<Cost> CostAsync(SeededApi api, GraphOperation operation, CancellationToken ct)
    {
        var target = api.Target(operation);
        var before = await api.FiguresAsync(ct);
        var alone = await Wrk.RunAsync(target, 1, Time, ct);
        var many = await Wrk.RunAsync(target, Callers, Time / 2, ct);
        var spent = await api.FiguresAsync(ct) - before;
        return alone.Failed + many.Failed == 0
            ? new Cost(many.PerSecond, alone.P50, alone.P99, many.P99, many.Cpu, spent.Commands / spent.Requests, spent.Allocated / spent.Requests)
            : throw new InvalidOperationException($"{operation.Name}: {alone.Failed + many.Failed} requests failed.");
    }

    private static void Print(List<Compared> all)
    {
        var costs = new Table(
            $"GraphQL over {Versions / 10:N0} models and {Versions:N0} versions; the best of {Rounds} rounds; processor time and allocations are those of the api, database and load generator run beside it",
            "operation", "asked by", "SQL", $"requests/s, {Callers} callers", "p50 ms alone", "p99 ms alone", $"p99 ms, {Callers} callers", "CPU us", "KiB allocated");
        var ratios = new Table(
            "The same over 1,000 versions, and how many times as long the larger takes", "operation", "p50 ms alone", "p99 ms alone", "p50 ratio", "p99 ratio", $"p99 ratio, {Callers} callers");
        foreach (var (operation, small, large) in all)
        {
            var (a, b) = (Cost.Best(small), Cost.Best(large));
            costs.Add(operation.Name, operation.AskedBy, $"{b.Commands:0.0}", $"{b.PerSecond:0}", $"{b.P50:0.00}", $"{b.P99:0.00}", $"{b.P99Many:0.00}", $"{b.Cpu:0}", $"{b.Allocated / 1024:0}");
            ratios.Add(operation.Name, $"{a.P50:0.00}", $"{a.P99:0.00}", $"{b.P50 / a.P50:0.00}", $"{b.P99 / a.P99:0.00}", $"{b.P99Many / a.P99Many:0.00}");
        }
        costs.Print();
        ratios.Print();
    }

    private sealed record Compared(GraphOperation Operation, List<Cost> Small, List<Cost> Large);
}
