using System.Diagnostics;
using ModelHub.Benchmarks.Routing;
using ModelHub.Benchmarks.Serving;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;
using ModelHub.Protocol;

namespace ModelHub.Benchmarks.Monitoring;

/// <summary>
/// What monitoring costs: the router with and without counting all traffic, and with a tenth of it written down in the ledger, in interleaved rounds; and
/// the judgement of one window by its number of columns.
/// </summary>
internal static class MonitoringBenchmark
{
    private const int Count = 9;
    private const int Connections = 16;
    private const string Off = "nothing counted";
    private const string On = "all traffic counted";
    private const string Kept = "10 % in the ledger";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(CancellationToken ct)
    {
        Judgements();
        await RouterAsync(ct);
    }

    private static async Task RouterAsync(CancellationToken ct)
    {
        Wrk.Need();
        await using var stack = await RoutedStack.StartAsync(1, ct);
        var model = BenchModels.Of("logistic");
        await stack.HoldAsync(ct, ("counted", model), ("plain", model), ("kept", model));
        RouteVariant Primary() => RoutedStack.Variant(Protocol.VariantRole.Primary, 100, stack.Node(0));
        var ledger = new RouteLedger(0.1, LedgerPolicy.MostPerSecond, LedgerPolicy.UsualBytes);
        await stack.RouteAsync(ct, ("counted", [Primary() with { Sketch = Wanted() }], null), ("plain", [Primary()], null), ("kept", [Primary()], ledger));
        foreach (var rows in new[] { 1, 32 })
        {
            var bodies = Bodies.Json(rows);
            Target[] targets =
            [
                stack.Through(Off, stack.Router, "plain", bodies, stack.Nodes[0]), stack.Through(On, stack.Router, "counted", bodies, stack.Nodes[0]),
                stack.Through(Kept, stack.Router, "kept", bodies, stack.Nodes[0]),
            ];
            var rounds = await Rounds.RunAsync(targets, Count, Connections, WarmUp, Time, ct);
            var table = new Table($"Router, {BenchModels.Features} columns, batch {rows}, {Connections} connections, median of {Count} interleaved rounds; CPU of router and node", "", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "failed");
            foreach (var seen in targets.Select(target => (target.Name, Of: rounds.Of(target.Name))))
                table.Add(seen.Name, $"{seen.Of.PerSecond:0}", $"{seen.Of.P50:0.00}", $"{seen.Of.P99:0.00}", $"{seen.Of.Cpu:0.0}", $"{seen.Of.Failed}");
            table.Print();
            var goals = new Goals("Monitoring: what counts");
            goals.AtLeast($"requests/s with counting to without, batch {rows}", rounds.Ratio(On, Off, b => b.PerSecond), 0.95);
            goals.AtMost($"p99 with counting to without, batch {rows}", rounds.Ratio(On, Off, b => b.P99), 1.05);
            goals.AtLeast($"requests/s with the ledger to without, batch {rows}", rounds.Ratio(Kept, Off, b => b.PerSecond), 0.95);
            goals.AtMost($"p99 with the ledger to without, batch {rows}", rounds.Ratio(Kept, Off, b => b.P99), 1.05);
            goals.Print();
        }
    }

    private static void Judgements()
    {
        var table = new Table("Judgement of one window, 12 slots a column; without the database", "columns", "values", "ms, median of 21");
        foreach (var columns in new[] { 10, 100, 1_000 })
        {
            var facts = Facts(columns);
            var times = new List<double>();
            var values = 0;
            for (var i = 0; i < 24; i++)
            {
                var started = Stopwatch.GetTimestamp();
                values = JudgeWindow.Of(facts).Count;
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            // The first ones compile.
            table.Add($"{columns}", $"{values}", $"{times.Skip(3).Order().ElementAt(10):0.00}");
        }
        table.Print();
    }

    private static WindowFacts Facts(int columns)
    {
        var random = new Random(columns);
        var bins = new NumberBins([.. Enumerable.Range(0, 11).Select(i => (double)i)]);
        Baseline training = new([], [.. Enumerable.Range(0, columns).Select(i => new ColumnBaseline($"c{i}", bins, null, false, [0, .. Counts(random, 1_000), 0], 0))], false);
        var sketch = new TrafficSketch(
            training.Fingerprint, 10_000, 0, 10_000, 3, [.. training.Columns.Select(column => new ColumnCounts(column.Name, [1, .. Counts(random, 1_000), 2], 0))], [], ConfidenceCounts.None);
        var now = DateTimeOffset.UtcNow;
        return new(EndpointId.New(now), VariantId.New(now), VersionId.New(now), now.AddMinutes(-5), now, MonitoringPolicy.Default, training, null, null, sketch, TrafficSum.None);
    }

    private static IEnumerable<long> Counts(Random random, int about) => Enumerable.Range(0, 10).Select(_ => (long)random.Next(about * 9 / 10, about * 11 / 10));

    public static RouteSketch Wanted()
    {
        string[] names = [.. Enumerable.Range(0, BenchModels.Features).Select(i => $"c{i}")];
        double[] edges = [.. Enumerable.Range(0, 11).Select(i => i / 10.0)];
        return new(7, 3, [new RouteInput("x", names)], [.. names.Select(name => new RouteColumn(name, edges))]);
    }
}
