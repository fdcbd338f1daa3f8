using System.Runtime.InteropServices;
using ModelHub.Onnx.Signatures;
using ModelHub.Onnx.Variants;
using Xunit;

namespace ModelHub.Tests.Onnx;

public sealed class SampleRowsTests
{
    private static readonly Signature Credit = new([new TensorSpec("x", "FP32", [-1, 2])], [new TensorSpec("y", "FP32", [-1, 1])], ["income", "age"]);

    [Fact]
    public void Rows_lie_as_the_columns_they_are_made_up_for_and_are_the_same_everywhere()
    {
        var known = new Dictionary<string, ColumnSpread> { ["income"] = new(50_000, 10_000, 20_000, 90_000), ["age"] = new(40, 12, 18, 75) };

        float[][] rows = [.. Enumerable.Range(1, 200).Select(seed => Row(seed, known))];

        Assert.All(rows, row => Assert.True(row is [>= 20_000 and <= 90_000, >= 18 and <= 75], $"{row[0]}, {row[1]}"));
        Assert.InRange(rows.Average(row => row[0]), 47_000, 53_000);
        Assert.InRange(rows.Average(row => row[1]), 37, 43);
        Assert.Equal(rows[6], Row(7, known));
        Assert.Equal([0, 0], Row(0, known));
    }

    [Fact]
    public void What_nothing_is_known_of_is_standard_normal_and_codes_are_0_or_1()
    {
        float[] drawn = [.. Enumerable.Range(1, 500).SelectMany(seed => Row(seed, null))];
        var codes = SampleRows.Row(new Signature([new TensorSpec("code", "INT64", [64])], []), seed: 1)!;

        Assert.InRange(drawn.Average(), -0.15, 0.15);
        Assert.InRange(drawn.Average(value => value * value), 0.8, 1.2);
        using (codes[0])
            Assert.Equal([0L, 1L], MemoryMarshal.Cast<byte, long>(codes[0].Bytes).ToArray().Distinct().Order());
    }

    [Fact]
    public void An_input_that_is_too_large_is_not_made_up() =>
        Assert.Null(SampleRows.Row(new Signature([new TensorSpec("x", "FP32", [1 << 20, 1 << 20])], []), seed: 1));

    private static float[] Row(int seed, IReadOnlyDictionary<string, ColumnSpread>? known)
    {
        using var value = SampleRows.Row(Credit, seed, known)![0];
        return MemoryMarshal.Cast<byte, float>(value.Bytes).ToArray();
    }
}
