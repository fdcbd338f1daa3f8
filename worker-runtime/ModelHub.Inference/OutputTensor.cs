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
}
