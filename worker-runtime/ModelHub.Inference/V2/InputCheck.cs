namespace ModelHub.Inference.V2;

/// <summary>Compares what a request says of an input with what the model takes.</summary>
internal static class InputCheck
{
    public const int MostDimensions = 64;

    /// <summary>Checks datatype and shape, then makes room for the elements.</summary>
    /// <param name="most">elements that the bytes sent could hold at all; room is never made for more</param>
    public static RequestFault? Prepare(TensorSpec spec, string? datatype, ReadOnlySpan<long> shape, InferenceLimits limits, long most, Tensor tensor)
    {
        if (tensor.Given)
            return new RequestFault($"The input '{spec.Name}' is given twice.");
        if (datatype != spec.Datatype.Name())
            return new RequestFault($"The input '{spec.Name}' has datatype {RequestFault.Quote(datatype ?? "none")}, expected {spec.Datatype.Name()}.");

        Int128 elements = 1;
        foreach (var size in shape)
        {
            if (size < 0)
                return Wrong(spec, shape, "a size is negative");
            elements *= size;
            if (elements > limits.Elements)
                return Wrong(spec, shape, $"more than {limits.Elements} elements");
        }
        if (shape is [0, ..] && spec.Shape is [< 0, ..])
            return Wrong(spec, shape, "it has no rows");
        if (shape.Length > 0 && shape[0] > limits.Rows)
            return Wrong(spec, shape, $"more than {limits.Rows} rows");
        if (spec.Shape is { } expected && !Fits(expected, shape))
            return Wrong(spec, shape, $"expected {spec.ShapeText}");
        if (elements > most)
            return new RequestFault($"The input '{spec.Name}' of shape [{string.Join(',', shape.ToArray())}] needs {elements} values, fewer given.");
        tensor.Shapen(spec.Datatype, shape, (int)elements);
        return null;
    }

    public static RequestFault Unknown(ModelSpec model, string name) =>
        new($"The model has no input {RequestFault.Quote(name)}; it takes {string.Join(", ", model.Inputs.Take(50).Select(i => i.Name))}.");

    private static bool Fits(long[] expected, ReadOnlySpan<long> shape)
    {
        if (expected.Length != shape.Length)
            return false;
        for (var i = 0; i < expected.Length; i++)
            if (expected[i] >= 0 && expected[i] != shape[i])
                return false;
        return true;
    }

    private static RequestFault Wrong(TensorSpec spec, ReadOnlySpan<long> shape, string why) =>
        new($"The input '{spec.Name}' has shape [{string.Join(',', shape.ToArray())}]: {why}.");
}
