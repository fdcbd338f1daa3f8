using System.Runtime.InteropServices;
using ModelHub.Onnx;
using ModelHub.Onnx.Files;
using ModelHub.Onnx.Quantization;
using ModelHub.Onnx.Validation;
using ModelHub.Onnx.Variants;
using Xunit;

namespace ModelHub.Tests.Onnx;

public sealed class QuantizeModelTests
{
    /// <summary>Whole weights that reach ±63 in each column and whole inputs from 0 to 255 are their own 8-bit numbers.</summary>
    [Fact]
    public void What_fits_into_eight_bits_comes_out_exactly()
    {
        using var folder = new TemporaryFolder();
        float[] weights = [63, -1, 5, 63, -7, -63];
        var model = new TinyModel().Node("MatMul", ["x", "w"], ["y"])
            .Node("Gemm", ["x", "v", "b"], ["z"], gemm => gemm.Message(ModelHub.Onnx.Files.Node.Attribute, a => a.Text(NodeAttribute.Name, "transB").Number(NodeAttribute.Int, 1).Number(NodeAttribute.Type, NodeAttribute.IsInt))
                .Message(ModelHub.Onnx.Files.Node.Attribute, a => a.Text(NodeAttribute.Name, "alpha").Float(NodeAttribute.Float, 0.5f).Number(NodeAttribute.Type, NodeAttribute.IsFloat)))
            .Weights("w", [3, 2], weights).Weights("v", [2, 3], [63, 2, 3, 4, 63, 6]).Weights("b", [2], [10, 20])
            .Input("x", ElementType.Float32, -1, 3).Output("y", ElementType.Float32, -1, 2).Output("z", ElementType.Float32, -1, 2).Written();

        var (quantized, _) = Quantized(folder, model, fewest: 1, evenIfLarger: true);

        var (y, z) = Answers(quantized, [0, 1, 255]);
        Assert.Equal([5f - 7 * 255, 63f - 63 * 255], y);
        Assert.Equal([(2 + 3 * 255) / 2f + 10, (63 + 6 * 255) / 2f + 20], z);
    }

    [Fact]
    public void A_larger_network_becomes_more_than_three_times_smaller_and_answers_nearly_the_same()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", Network(128, 512, 512, 10));

        Assert.True(QuantizeModel.Write(path, path + ".int8").Succeeded(out var made, out var refusal), refusal?.Reason);
        var report = MeasureVariant.Of(path, path + ".int8", ValidationLimits.Default, null);

        Assert.Equal(3, made.Matrices);
        Assert.True(made.BytesBefore > 3 * made.Bytes, $"{made}");
        // Answers lie around ±1: half a step of 7 bits on weights and of 8 bits on activations, through three layers.
        Assert.InRange(report.Comparison!.MaxDifference, 1e-6, 0.15);
        Assert.InRange(report.Comparison.MeanDifference, 1e-7, 0.03);
        Assert.True(report is { Comparison.Rows: 64, RowMicros: > 0, RowMicrosBefore: > 0 });
    }

    [Theory]
    [InlineData("torch/digits_mlp_batch1")]
    [InlineData("torch/digits_cnn")]
    [InlineData("models/german_mlp_num")]
    public void Networks_trained_elsewhere_answer_nearly_as_before(string name)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(SharedData.Folder(name), "model.onnx");

        // Three of these matrices are too small to gain anything; here it is the answers that count.
        var (quantized, made) = Quantized(folder, File.ReadAllBytes(path), fewest: 1, evenIfLarger: true);

        // Pixels between 0 and 1.
        var pixels = new ColumnSpread(0.3, 0.4, 0, 1);
        var compared = MeasureVariant.Of(path, quantized, ValidationLimits.Default, new Dictionary<string, ColumnSpread> { ["x"] = pixels, ["image"] = pixels }).Comparison!;
        Assert.True(made >= 1 && compared is { Values: > 0, MeanDifference: > 0 } && compared.MeanDifference < 0.05 * compared.MeanSize, $"{compared}");
        Assert.True(compared.LabelChanges * 20 <= compared.Labels, $"{compared}");
    }

    [Fact]
    public void Weights_that_something_else_uses_stay_beside_the_quantised_ones()
    {
        using var folder = new TemporaryFolder();
        var model = new TinyModel().Node("MatMul", ["x", "w"], ["y"]).Node("Identity", ["w"], ["z"])
            .Weights("w", [2, 2], [1, 2, 3, 4]).Input("x", ElementType.Float32, -1, 2).Output("y", ElementType.Float32, -1, 2).Output("z", ElementType.Float32, 2, 2).Written();

        var (quantized, _) = Quantized(folder, model, fewest: 1, evenIfLarger: true);

        Assert.Equal([1, 2, 3, 4], Answers(quantized, [1, 1]).Second);
    }

    [Fact]
    public void What_has_no_weights_of_this_kind_is_refused_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        folder.Write("weights.bin", BitConverter.GetBytes(3f));
        var small = TinyModel.Linear([1, 2, 3], 4);
        var old = new TinyModel().Node("MatMul", ["x", "w"], ["y"]).Weights("w", [2, 2], [1, 2, 3, 4]).Input("x", ElementType.Float32, -1, 2).Output("y", ElementType.Float32, -1, 2).Written(opset: 10);
        var odd = new TinyModel().Node("MatMul", ["x", "w"], ["y"]).Weights("w", [1, 1024], [.. Enumerable.Repeat(float.NaN, 1024)]).Input("x", ElementType.Float32, -1, 1).Output("y", ElementType.Float32, -1, 1024).Written();

        Assert.Equal(
            [
                "The model has no MatMul or Gemm with constant FP32 weights, at least 1024 of them: there is nothing to quantise.",
                "The weights lie in files beside the model; only weights within it are quantised.",
                "The model imports opset 10 of ai.onnx; dynamic quantisation needs 11 or later.",
                "The model has no MatMul or Gemm with constant FP32 weights, at least 1024 of them: there is nothing to quantise.",
            ],
            new[] { small, TinyModel.External("weights.bin"), old, odd }.Select(model => QuantizeModel.Write(folder.Write("model.onnx", model), Path.Combine(folder.Path, "int8.onnx")).Refusal?.Reason));
        Assert.Equal(
            "The model would not be smaller: ",
            QuantizeModel.Write(folder.Write("model.onnx", small), Path.Combine(folder.Path, "int8.onnx"), fewest: 1).Refusal?.Reason[..32]);
    }

    /// <summary>Layers of MatMul, Add and Relu, with weights as training leaves them: normal, of variance 2 / inputs.</summary>
    internal static byte[] Network(params int[] widths)
    {
        var (model, random, at) = (new TinyModel(), new Random(7), "x");
        for (var layer = 1; layer < widths.Length; layer++)
        {
            var (from, to, last) = (widths[layer - 1], widths[layer], layer == widths.Length - 1);
            model.Node("MatMul", [at, $"w{layer}"], [$"p{layer}"]).Node("Add", [$"p{layer}", $"b{layer}"], [last ? "y" : $"s{layer}"]);
            if (!last)
                model.Node("Relu", [$"s{layer}"], [$"r{layer}"]);
            model.Weights($"w{layer}", [from, to], [.. Enumerable.Range(0, from * to).Select(_ => (float)(new ColumnSpread(0, Math.Sqrt(2.0 / from)).Draw(random)))]);
            model.Weights($"b{layer}", [to], new float[to]);
            at = $"r{layer}";
        }
        return model.Input("x", ElementType.Float32, -1, widths[0]).Output("y", ElementType.Float32, -1, widths[^1]).Written();
    }

    /// <returns>the path of the quantised model, and its matrices</returns>
    private static (string Path, int Matrices) Quantized(TemporaryFolder folder, byte[] model, int fewest, bool evenIfLarger)
    {
        var path = folder.Write("model.onnx", model);
        Assert.True(QuantizeModel.Write(path, path + ".int8", fewest, evenIfLarger).Succeeded(out var made, out var refusal), refusal?.Reason);
        return (path + ".int8", made.Matrices);
    }

    private static (float[] First, float[] Second) Answers(string path, float[] row)
    {
        Assert.True(OnnxModel.Open(path).Succeeded(out var model, out var refusal), refusal?.Reason);
        using var _ = model;
        using var x = OnnxValue.Copy(ElementType.Float32, [1, row.Length], MemoryMarshal.AsBytes(row.AsSpan()));
        var results = new OnnxValue[2];
        model.Run([x], [0, 1], results, null);
        using (results[0])
        using (results[1])
            return (MemoryMarshal.Cast<byte, float>(results[0].Bytes).ToArray(), MemoryMarshal.Cast<byte, float>(results[1].Bytes).ToArray());
    }
}
