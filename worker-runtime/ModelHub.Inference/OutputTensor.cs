using System.Runtime.InteropServices;

namespace ModelHub.Inference;

/// <summary>An output as a runtime delivered it: row-major, little-endian, with the shape it really has.</summary>
public readonly ref struct OutputTensor
{
    public OutputTensor(ReadOnlySpan<long> shape, ReadOnlySpan<byte> data)
    {
        Shape = shape;
        Data = data;
    }

    /// <summary>Strings: all their UTF-8 in one piece, and where each starts.</summary>
    public OutputTensor(ReadOnlySpan<long> shape, ReadOnlySpan<byte> text, ReadOnlySpan<nuint> starts)
        : this(shape, text) => Starts = starts;

    public ReadOnlySpan<long> Shape { get; }

    public ReadOnlySpan<byte> Data { get; }

    public ReadOnlySpan<nuint> Starts { get; }

    public int Elements
    {
        get
        {
            long elements = 1;
            foreach (var size in Shape)
                elements = checked(elements * size);
            return checked((int)elements);
        }
    }

    public ReadOnlySpan<byte> Text(int element)
    {
        var start = (int)Starts[element];
        return Data[start..(element + 1 < Starts.Length ? (int)Starts[element + 1] : Data.Length)];
    }

    /// <summary>Whether shape and elements are the same, numbers of floating point within the tolerances.</summary>
    public bool Equals(in OutputTensor other, Datatype datatype, double relative, double absolute)
    {
        if (!Shape.SequenceEqual(other.Shape))
            return false;
        switch (datatype)
        {
            case Datatype.Fp32:
                var singles = MemoryMarshal.Cast<byte, float>(Data);
                var otherSingles = MemoryMarshal.Cast<byte, float>(other.Data);
                for (var i = 0; i < singles.Length; i++)
                    if (!Near(singles[i], otherSingles[i], relative, absolute))
                        return false;
                return true;
            case Datatype.Fp64:
                var doubles = MemoryMarshal.Cast<byte, double>(Data);
                var otherDoubles = MemoryMarshal.Cast<byte, double>(other.Data);
                for (var i = 0; i < doubles.Length; i++)
                    if (!Near(doubles[i], otherDoubles[i], relative, absolute))
                        return false;
                return true;
            default:
                return Data.SequenceEqual(other.Data) && Starts.SequenceEqual(other.Starts);
        }
    }

    private static bool Near(double one, double other, double relative, double absolute) =>
        one.Equals(other) || Math.Abs(one - other) <= absolute + relative * Math.Max(Math.Abs(one), Math.Abs(other));
}
