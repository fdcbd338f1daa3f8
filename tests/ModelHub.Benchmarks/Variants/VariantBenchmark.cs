using System.Globalization;
using ModelHub.Benchmarks.Serving;
using ModelHub.Onnx.Quantization;
using ModelHub.Onnx.Validation;
using ModelHub.Onnx.Variants;

namespace ModelHub.Benchmarks.Variants;

/// <summary>What lighter variants of a model gain and cost: the optimised graph at load, 8-bit weights in bytes, time and answers.</summary>
internal static class VariantBenchmark
{
    private const int Loads = 5;

    public static Task RunAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("modelhub-variants-").FullName;
        try
        {
            var optimised = new Table("Optimised graphs, best of 5 loads", "model", "nodes", "optimised", "ms load", "optimised", "ratio");
            var quantized = new Table("8-bit weights, one row a run", "model", "bytes", "8-bit", "ratio", "us run", "8-bit", "ratio", "largest difference", "relative difference");
            foreach (var name in new[] { "mlp", "large-mlp", "deep-mlp" })
            {
                ct.ThrowIfCancellationRequested();
                var path = Path.Combine(folder, $"{name}.onnx");
                File.WriteAllBytes(path, BenchModels.Of(name));
                Optimise(optimised, name, path);
                Quantize(quantized, name, path);
            }
            optimised.Print();
            quantized.Print();
            return Task.CompletedTask;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Optimise(Table table, string name, string path)
    {
        Optimisation[] made = [.. Enumerable.Range(0, Loads).Select(_ => OptimiseGraph.Of(path, path + ".optimised", ValidationLimits.Default))];
        if (made[0].Reason is { } reason)
        {
            table.Add(name, reason, "", "", "", "");
            return;
        }
        var (before, after) = (made.Min(m => m.LoadMsBefore), made.Min(m => m.LoadMs));
        table.Add(name, $"{made[0].NodesBefore}", $"{made[0].Nodes}", Text(before, "0.00"), Text(after, "0.00"), Text(after / before, "0.00"));
    }

    private static void Quantize(Table table, string name, string path)
    {
        if (!QuantizeModel.Write(path, path + ".int8").Succeeded(out var made, out var refusal))
            throw new InvalidOperationException(refusal.Reason);
        var report = MeasureVariant.Of(path, path + ".int8", ValidationLimits.Default, null);
        var compared = report.Comparison ?? throw new InvalidOperationException(report.Reason);
        table.Add(
            name, $"{made.BytesBefore}", $"{made.Bytes}", Text((double)made.Bytes / made.BytesBefore, "0.00"),
            Text(report.RowMicrosBefore, "0.0"), Text(report.RowMicros, "0.0"), Text(report.RowMicros / report.RowMicrosBefore, "0.00"),
            Text(compared.MaxDifference, "0.0e0"), Text(compared.MeanDifference / compared.MeanSize, "0.0000"));
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
