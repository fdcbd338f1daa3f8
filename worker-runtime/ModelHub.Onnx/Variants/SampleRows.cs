using System.Runtime.InteropServices;
using ModelHub.Onnx.Signatures;

namespace ModelHub.Onnx.Variants;

/// <summary>
/// Made-up rows to try two variants of a model on: numbers of floating point from the standard normal distribution,
/// or from what is known of their columns; 0 or 1 for whole numbers, which are often codes; empty strings. The same
/// seed makes the same row on every machine; seed 0 is all zeros.
/// </summary>
public static class SampleRows
{
    private const long MostBytes = 64L * 1024 * 1024;

    /// <param name="known">mean and standard deviation by the name of the input or, for one input of many columns, of the feature</param>
    /// <returns>one value per input, which the caller disposes; null when an input is too large to be made up</returns>
    public static OnnxValue[]? Row(Signature signature, int seed, IReadOnlyDictionary<string, ColumnSpread>? known = null)
    {
        if (signature.Inputs.Any(i => Elements(i) * Math.Max(i.Element.Bits(), 8) / 8 > MostBytes))
            return null;
        var random = new Random(seed);
        return [.. signature.Inputs.Select(i => Value(i, seed == 0 ? null : random, Spreads(signature, i, known)))];
    }

    private static ColumnSpread[] Spreads(Signature signature, TensorSpec input, IReadOnlyDictionary<string, ColumnSpread>? known)
    {
        string[] names = signature.Inputs.Length == 1 && signature.Features is { Length: > 0 } features ? features : [input.Name];
        return [.. names.Select(name => known?.GetValueOrDefault(name) ?? ColumnSpread.Standard)];
    }

    private static OnnxValue Value(TensorSpec spec, Random? random, ColumnSpread[] spreads)
    {
        var (shape, elements) = (Shape(spec), (int)Elements(spec));
        if (spec.Element == ElementType.String)
            return OnnxValue.Strings(shape, [], new (int, int)[elements]);
        var data = new byte[spec.Element.Bytes(elements)];
        if (random is not null)
            Fill(spec.Element, data, random, spreads);
        return OnnxValue.Copy(spec.Element, shape, data);
    }

    private static void Fill(ElementType element, byte[] data, Random random, ColumnSpread[] spreads)
    {
        if (element == ElementType.Float32)
            Each(MemoryMarshal.Cast<byte, float>(data.AsSpan()), i => (float)spreads[i % spreads.Length].Draw(random));
        else if (element == ElementType.Float64)
            Each(MemoryMarshal.Cast<byte, double>(data.AsSpan()), i => spreads[i % spreads.Length].Draw(random));
        else if (element == ElementType.Float16)
            Each(MemoryMarshal.Cast<byte, Half>(data.AsSpan()), i => (Half)spreads[i % spreads.Length].Draw(random));
        else if (element is not ElementType.BFloat16)
            // Little-endian: the first byte of each number says 0 or 1.
            for (var (i, size) = (0, element.Bits() / 8); size > 0 && i < data.Length; i += size)
                data[i] = (byte)random.Next(2);
    }

    private static void Each<T>(Span<T> values, Func<int, T> draw)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = draw(i);
    }

    private static long[] Shape(TensorSpec spec) => [.. (spec.Shape ?? [1]).Select(size => size < 0 ? 1 : size)];

    private static Int128 Elements(TensorSpec spec) => Shape(spec).Aggregate((Int128)1, (product, size) => product * size);
}

/// <summary>How a column's values lie, as its profile says.</summary>
public sealed record ColumnSpread(double Mean, double Deviation, double Min = double.NegativeInfinity, double Max = double.PositiveInfinity)
{
    internal static readonly ColumnSpread Standard = new(0, 1);

    // Box and Muller, A Note on the Generation of Random Normal Deviates (1958): two uniform numbers make a normal one.
    internal double Draw(Random random)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Clamp(Mean + Deviation * normal, Min, Max);
    }
}
