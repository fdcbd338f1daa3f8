using System.Diagnostics;
using ModelHub.Benchmarks.Serving;
using ModelHub.Benchmarks.Soak;
using ModelHub.EndToEnd.Support;
using ModelHub.Protocol;

namespace ModelHub.Benchmarks.Control;

/// <summary>
/// A thousand simulated nodes and some routers on one API: what the API costs while nothing happens, and how soon a change of
/// the routes is in a router's hands.
/// </summary>
internal static class ControlBenchmark
{
    private const int Routers = 4;
    private const int Changes = 60;
    private static readonly int[] Sizes = [10, 1000];
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(CancellationToken ct)
    {
        var table = new Table("Control streams on one API: memory and processors of its process, change of traffic rules to the last router",
            "nodes", "routers", "MiB", "processors when idle", "routes p50 ms", "routes p99 ms", "CPU ms per change", "messages to nodes per change");
        foreach (var nodes in Sizes)
            await RunAsync(nodes, table, ct);
        table.Print();
    }

    private static async Task RunAsync(int nodes, Table table, CancellationToken ct)
    {
        await using var stack = await Stack.StartAsync(ct);
        var model = await stack.ServedModelAsync("control", 2, ct);
        var token = (await File.ReadAllTextAsync(Path.Combine(stack.Data, "join-token"), ct)).Trim();
        var api = Hosts.Of(stack).Single(h => h.Name == "ModelHub.Api").Id;
        var peers = new List<SimulatedPeer>();
        try
        {
            // In small groups: a thousand joins in one instant is another question.
            foreach (var group in Enumerable.Range(0, nodes + Routers).Chunk(25))
                peers.AddRange(await Task.WhenAll(group.Select(i => SimulatedPeer.JoinAsync(stack.Api, i < nodes ? PeerKind.Node : PeerKind.Router, $"simulated-{i}", token, ct))));
            var routers = peers.Where(p => p.Kind == PeerKind.Router).ToArray();
            await Eventually.HoldsAsync("every router has a table", () => Task.FromResult(routers.All(r => r.Rule is not null || r.Routes > 0)), TimeSpan.FromMinutes(1), ct);
            await Task.Delay(Idle / 3, ct);
            var (cpu, clock) = (CpuTime.OfTree(api), Stopwatch.StartNew());
            await Task.Delay(Idle, ct);
            var idle = (CpuTime.OfTree(api) - cpu) / clock.Elapsed;
            var heard = peers.Where(p => p.Kind == PeerKind.Node).Sum(p => p.Tables);
            (cpu, clock) = (CpuTime.OfTree(api), Stopwatch.StartNew());
            var times = new List<double>();
            for (var i = 1; i <= Changes; i++)
                times.Add(await ChangeAsync(stack, model, i, routers, ct));
            var spent = (CpuTime.OfTree(api) - cpu) - idle * clock.Elapsed;
            var told = peers.Where(p => p.Kind == PeerKind.Node).Sum(p => p.Tables) - heard;
            var sorted = times.Order().ToArray();
            table.Add($"{nodes}", $"{Routers}", $"{CpuTime.MemoryOf(api) >> 20}", $"{idle:0.000}", $"{Load.Percentile(sorted, 0.5):0.0}", $"{Load.Percentile(sorted, 0.99):0.0}",
                $"{spent.TotalMilliseconds / Changes:0.0}", $"{told / (double)Changes:0.0}");
        }
        finally
        {
            await Task.WhenAll(peers.Select(p => p.DisposeAsync().AsTask()));
        }
    }

    // From the answer to the mutation, which comes after the commit.
    private static async Task<double> ChangeAsync(Stack stack, string model, int number, SimulatedPeer[] routers, CancellationToken ct)
    {
        var seen = routers.Select(r => r.HearAsync(number, ct)).ToArray();
        var answer = await stack.Admin.SendAsync(
            "mutation($i: SetEndpointTrafficInput!) { setEndpointTraffic(input: $i) { errors { __typename } } }",
            new { i = new { model, environment = "staging", holdMilliseconds = number } }, ct);
        if (answer["errors"] is not null)
            throw new UnexpectedAnswerException(answer.ToJsonString());
        var committed = Stopwatch.GetTimestamp();
        var at = await Task.WhenAll(seen);
        await Task.Delay(50, ct);
        return Math.Max(0, Stopwatch.GetElapsedTime(committed, at.Max()).TotalMilliseconds);
    }
}
