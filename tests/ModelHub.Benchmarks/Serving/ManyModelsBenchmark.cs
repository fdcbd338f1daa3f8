using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Serving;

/// <summary>Two hundred models on one node: what they take, how long they load, what one of them answers among them.</summary>
internal static class ManyModelsBenchmark
{
    private const int Models = 200;
    private const int ProducerVersion = 3; // field of ModelProto
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(CancellationToken ct)
    {
        var table = new Table($"{Models} models on one node", "model", "file KiB", "ready after s", "s per model", "MiB before", "MiB after", "KiB per model", "CPU idle %", "requests/s of one", "p50 ms", "p99 ms");
        foreach (var model in new[] { "logistic", "trees", "mlp" })
            await RowAsync(table, model, ct);
        table.Print();
    }

    private static async Task RowAsync(Table table, string model, CancellationToken ct)
    {
        await using var node = await NodeUnderLoad.StartAsync(ct);
        var before = CpuTime.MemoryOfTree(node.ProcessId);
        // Each file is another one, so that each is fetched, verified and validated.
        var files = Enumerable.Range(0, Models).Select(i => ($"bench-{i}", (byte[])[.. BenchModels.Of(model), .. new Protobuf().Text(ProducerVersion, $"{i}").ToArray()])).ToArray();
        var took = await node.HoldAsync(ct, files);
        var after = CpuTime.MemoryOfTree(node.ProcessId);
        var idle = await IdleAsync(node.ProcessId, ct);
        var one = node.Infer(model, "bench-100", Bodies.Json(1));
        var seen = Wrk.IsThere ? (await Rounds.RunAsync([one], 1, 16, Time, Time, ct)).Of(model) : null;
        table.Add(
            model, $"{files[0].Item2.Length / 1024}", $"{took.TotalSeconds:0.0}", $"{took.TotalSeconds / Models:0.00}", $"{before >> 20}", $"{after >> 20}", $"{(after - before) / Models / 1024}",
            $"{idle:0.0}", $"{seen?.PerSecond:0}", $"{seen?.P50:0.00}", $"{seen?.P99:0.00}");
    }

    // Of one processor.
    private static async Task<double> IdleAsync(int process, CancellationToken ct)
    {
        var before = CpuTime.OfTree(process);
        await Task.Delay(Quiet, ct);
        return (CpuTime.OfTree(process) - before) / Quiet * 100;
    }
}
