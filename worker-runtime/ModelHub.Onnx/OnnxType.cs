namespace ModelHub.Onnx;

/// <summary>The type of an input, an output or a value.</summary>
public abstract record OnnxType
{
    private OnnxType()
    {
    }

    /// <param name="Shape">-1 where any size may come; null when not even the number of dimensions is known</param>
    public sealed record Tensor(ElementType Element, long[]? Shape) : OnnxType;

    public sealed record Sequence(OnnxType Item) : OnnxType;

    public sealed record Map(ElementType Key, OnnxType Value) : OnnxType;

    public sealed record Optional(OnnxType Inner) : OnnxType;

    /// <summary>Sparse tensors, opaque types, and what a later ONNX may bring.</summary>
    public sealed record Other(string Name) : OnnxType;
}

/// <summary>An input or output of a model.</summary>
public sealed record OnnxPort(string Name, OnnxType Type);
