namespace ModelHub.Benchmarks.Serving;

/// <summary>
/// A node beside its practical limit, and nothing else. The two lie so close together that a machine's own changes of speed
/// are greater than what is between them: so many short bursts in turn, that both sides of a ratio lie a second apart.
/// </summary>
internal static class LimitBenchmark
{
    private const int Count = 21;
    private const int Connections = 16;
    private const string Node = "node, V2 JSON";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(CancellationToken ct)
    {
        Wrk.Need();
        await using var node = await NodeUnderLoad.StartAsync(ct);
        await node.HoldAsync(ct, ("bench", BenchModels.Of("logistic")));
        await using var servers = new Servers();
        await servers.StartEchoAsync(ct);
        var json = Bodies.Json(1);
        Target[] targets = [node.Infer(Node, "bench", json), .. servers.Targets(json)];
        var rounds = await Rounds.RunAsync(targets, Count, Connections, WarmUp, Time, ct);
        var table = new Table(
            $"logistic, batch 1, {Connections} connections, median of {Count} interleaved rounds", "server",
            "requests/s", "p50 ms", "p99 ms", "CPU us/request", "failed");
        foreach (var target in targets)
        {
            var seen = rounds.Of(target.Name);
            table.Add(target.Name, $"{seen.PerSecond:0}", $"{seen.P50:0.00}", $"{seen.P99:0.00}", $"{seen.Cpu:0.0}", $"{seen.Failed}");
        }
        table.Print();
        Print(rounds);
    }

    private static void Print(Rounds rounds)
    {
        var ratios = rounds.Ratios(Node, Servers.Echo, b => b.PerSecond);
        var goals = new Goals("Node beside its limit: what counts");
        goals.AtLeast("requests/s of the node to those of the echo, batch 1", ratios[ratios.Length / 2], 0.85);
        goals.Print();
        Console.WriteLine($"a quarter of the rounds below {ratios[ratios.Length / 4]:0.00}, a quarter above {ratios[ratios.Length * 3 / 4]:0.00}");
    }
}
