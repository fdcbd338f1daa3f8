namespace ModelHub.Benchmarks.Serving;

/// <summary>
/// A node beside the limit and beside what users would pick instead, in interleaved rounds on this machine. The load
/// generator shares its processors: ratios and processor time per request count, not absolutes.
/// </summary>
internal static class ServingBenchmark
{
    private const int Count = 3;
    private const int Connections = 16;
    private const string Json = "node, V2 JSON";
    private const string Binary = "node, V2 binary";
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);
    private static readonly string[] Models = ["logistic", "trees", "mlp"];

    public static async Task RunAsync(CancellationToken ct)
    {
        foreach (var model in Models)
            await ModelAsync(model, ct);
        await CoreBenchmark.RunAsync(ct);
    }

    /// <summary>The tables of one of the models: a part of the whole, which is called <c>serving-MODEL</c>.</summary>
    public static async Task ModelAsync(string model, CancellationToken ct)
    {
        Wrk.Need();
        var file = Path.Combine(Directory.CreateTempSubdirectory("modelhub-bench-").FullName, "model.onnx");
        await File.WriteAllBytesAsync(file, BenchModels.Of(model), ct);
        await using var node = await NodeUnderLoad.StartAsync(ct);
        await node.HoldAsync(ct, ("bench", BenchModels.Of(model)));
        await using var servers = new Servers();
        await servers.StartAsync(file, model, ct);
        var single = await TableAsync(model, 1, node, servers, ct);
        var batch = await TableAsync(model, 32, node, servers, ct);
        Print(model, single, batch);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static async Task<Rounds> TableAsync(string model, int rows, NodeUnderLoad node, Servers servers, CancellationToken ct)
    {
        var json = Bodies.Json(rows);
        var binary = Bodies.Binary(rows, out var jsonBytes);
        Target[] targets = [node.Infer(Json, "bench", json), node.Infer(Binary, "bench", binary, jsonBytes), .. servers.Targets(json)];
        var rounds = await Rounds.RunAsync(targets, Count, Connections, Time, Time, ct);
        var table = new Table(
            $"{model}, batch {rows}, {Connections} connections, median of {Count} interleaved rounds", "server",
            "requests/s", "p50 ms", "p99 ms", "CPU us/request", "MiB", "failed", "requests/s of the node", "CPU of the node");
        foreach (var target in targets)
        {
            var seen = rounds.Of(target.Name);
            table.Add(
                target.Name, $"{seen.PerSecond:0}", $"{seen.P50:0.00}", $"{seen.P99:0.00}", $"{seen.Cpu:0.0}", $"{CpuTime.MemoryOfTree(target.ProcessId) >> 20}",
                $"{seen.Failed}", $"{rounds.Ratio(target.Name, Json, b => b.PerSecond):0.00} x", $"{rounds.Ratio(target.Name, Json, b => b.Cpu):0.00} x");
        }
        table.Print();
        return rounds;
    }

    private static void Print(string model, Rounds single, Rounds batch)
    {
        var goals = new Goals($"{model}: what counts");
        if (model == "logistic")
        {
            goals.AtLeast("requests/s of the node to those of the echo, batch 1", single.Ratio(Json, Servers.Echo, b => b.PerSecond), 0.85);
            goals.AtLeast("CPU of fastify to that of the node, batch 1", single.Ratio(Servers.Fastify, Json, b => b.Cpu), 2.2);
            goals.AtLeast("CPU of FastAPI to that of the node, batch 1", single.Ratio(Servers.FastApi, Json, b => b.Cpu), 8);
        }
        goals.AtLeast("requests/s of binary to those of JSON, batch 32", batch.Ratio(Binary, Json, b => b.PerSecond), 1.4);
        goals.Print();
    }
}
