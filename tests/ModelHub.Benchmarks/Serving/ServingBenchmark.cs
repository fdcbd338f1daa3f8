namespace ModelHub.Benchmarks.Serving;

/// <summary>
/// A node beside the limit and beside what users would pick instead, in interleaved rounds on this machine. The load
/// generator shares its processors: ratios and processor time per request count, not absolutes.
/// </summary>
internal static class ServingBenchmark
{
    private const int Rounds = 3;
    private const int Connections = 16;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);
    private static readonly string[] Models = ["logistic", "trees", "mlp", "large-mlp"];

    public static async Task RunAsync(CancellationToken ct)
    {
        foreach (var model in Models)
            await ModelAsync(model, ct);
        await CoreBenchmark.RunAsync(ct);
        await ManyModelsBenchmark.RunAsync(ct);
    }

    /// <summary>The tables of one of the models: a part of the whole, which is called <c>serving-MODEL</c>.</summary>
    public static async Task ModelAsync(string model, CancellationToken ct)
    {
        if (!Wrk.IsThere)
            throw new InvalidOperationException("This benchmark needs wrk (Debian and Ubuntu: apt install wrk).");
        var file = Path.Combine(Directory.CreateTempSubdirectory("modelhub-bench-").FullName, "model.onnx");
        await File.WriteAllBytesAsync(file, BenchModels.Of(model), ct);
        await using var node = await NodeUnderLoad.StartAsync(ct);
        await node.HoldAsync(ct, ("bench", BenchModels.Of(model)));
        await using var servers = new Servers();
        await servers.StartAsync(file, model, ct);
        foreach (var rows in new[] { 1, 32 })
            await TableAsync(model, rows, node, servers, ct);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static async Task TableAsync(string model, int rows, NodeUnderLoad node, Servers servers, CancellationToken ct)
    {
        var json = Bodies.Json(rows);
        var binary = Bodies.Binary(rows, out var jsonBytes);
        Target[] targets =
        [
            node.Infer("node, V2 JSON", "bench", json),
            node.Infer("node, V2 binary", "bench", binary, jsonBytes),
            .. servers.Targets(json),
        ];
        var rounds = targets.ToDictionary(t => t.Name, _ => new List<Burst>());
        for (var round = 0; round < Rounds; round++)
            foreach (var target in targets)
                rounds[target.Name].Add(await Wrk.RunAsync(target, Connections, Time, ct));

        var ours = Burst.Median(rounds[targets[0].Name]);
        var table = new Table(
            $"{model}, batch {rows}, {Connections} connections, median of {Rounds} interleaved rounds", "server",
            "requests/s", "p50 ms", "p99 ms", "CPU us/request", "MiB", "failed", "requests/s of the node", "CPU of the node");
        foreach (var target in targets)
        {
            var seen = Burst.Median(rounds[target.Name]);
            table.Add(
                target.Name, $"{seen.PerSecond:0}", $"{seen.P50:0.00}", $"{seen.P99:0.00}", $"{seen.Cpu:0.0}",
                $"{CpuTime.MemoryOfTree(target.ProcessId) >> 20}", $"{seen.Failed}", $"{seen.PerSecond / ours.PerSecond:0.00} x", $"{seen.Cpu / ours.Cpu:0.00} x");
        }
        table.Print();
    }
}
