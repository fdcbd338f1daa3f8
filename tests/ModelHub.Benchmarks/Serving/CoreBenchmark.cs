using System.Buffers;
using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Inference.V2;
using ModelHub.Node.Runtimes.Onnx;
using ModelHub.Node.Serving;
using ModelHub.Onnx;
using ModelHub.Protocol;

namespace ModelHub.Benchmarks.Serving;

/// <summary>What is ours of a request, without the wire: decode, run, encode, on one thread; with what it allocates.</summary>
internal static class CoreBenchmark
{
    private const int WarmUps = 20_000;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(CancellationToken ct)
    {
        string[] columns = ["model", "batch", "form", "us decode", "us run", "us encode", "per second", "bytes allocated per request"];
        // Once for nothing: what is measured first would run in part before its code is optimised, and bear that alone.
        await RowAsync(new Table("Warm-up", columns), "logistic", 1, "JSON", Bodies.Json(1), null, ct);
        var table = new Table("A request without the wire, one thread", columns);
        foreach (var model in new[] { "logistic", "trees", "mlp" })
            foreach (var rows in new[] { 1, 32 })
            {
                await RowAsync(table, model, rows, "JSON", Bodies.Json(rows), null, ct);
                await RowAsync(table, model, rows, "binary", Bodies.Binary(rows, out var jsonBytes), jsonBytes, ct);
            }
        table.Print();
    }

    private static async Task RowAsync(Table table, string name, int rows, string form, byte[][] bodies, int? jsonBytes, CancellationToken ct)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, BenchModels.Of(name), ct);
        if (!OnnxModel.Open(file).Succeeded(out var model, out var refusal))
            throw new InvalidOperationException(refusal.Reason);
        var assignment = new Assignment(Guid.CreateVersion7(), name, 1, "", 1, "onnx", "onnx", "");
        await using var version = new LoadedVersion(assignment, new OnnxInstance(assignment, model), new RunTimes(), joins: false);
        Measure(table, version, rows, form, [.. bodies.Select(b => new ReadOnlySequence<byte>(b))], jsonBytes);
        File.Delete(file);
    }

    private static void Measure(Table table, LoadedVersion version, int rows, string form, ReadOnlySequence<byte>[] bodies, int? jsonBytes)
    {
        long decode = 0, run = 0, encode = 0;
        for (var i = 0; i < WarmUps; i++)
            Answer(version, bodies[i % bodies.Length], jsonBytes, ref decode, ref run, ref encode);
        (decode, run, encode) = (0, 0, 0);
        var (count, before, started) = (0, GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (; Stopwatch.GetElapsedTime(started) < Time; count++)
            Answer(version, bodies[count % bodies.Length], jsonBytes, ref decode, ref run, ref encode);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        string Each(long ticks) => $"{ticks * 1e6 / Stopwatch.Frequency / count:0.00}";
        table.Add(
            version.Assignment.Model, $"{rows}", form, Each(decode), Each(run), Each(encode),
            $"{count / Stopwatch.GetElapsedTime(started).TotalSeconds:0}", $"{(double)allocated / count:0.###}");
    }

    private static void Answer(LoadedVersion version, ReadOnlySequence<byte> body, int? jsonBytes, ref long decode, ref long run, ref long encode)
    {
        var slot = version.Rent();
        var start = Stopwatch.GetTimestamp();
        if (InferReader.Read(body, jsonBytes, version.Spec, InferenceLimits.Default, slot.Request) is { } fault)
            throw new InvalidOperationException(fault.Message);
        var read = Stopwatch.GetTimestamp();
        slot.Run.ExecuteAsync(TimeSpan.FromMinutes(1), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var done = Stopwatch.GetTimestamp();
        slot.WriteV2();
        encode += Stopwatch.GetTimestamp() - done;
        (decode, run) = (decode + read - start, run + done - read);
        version.Return(slot);
    }
}
