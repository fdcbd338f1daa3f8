using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Models;

public enum TensorKind
{
    Tensor,

    /// <summary>A sequence of maps from class label to probability, served as one FP32 tensor <c>[rows, classes]</c>.</summary>
    Zipmap,
}

/// <param name="Datatype">A V2 datatype: BOOL, INT8 … INT64, UINT8 … UINT64, FP16, FP32, FP64, BYTES.</param>
/// <param name="Shape">Dimensions; -1 accepts any.</param>
/// <param name="Labels">Names along the last dimension, in order, when the artifact tells them.</param>
public sealed record TensorSpec(
    string Name,
    string Datatype,
    IReadOnlyList<long> Shape,
    IReadOnlyList<string>? Labels = null,
    TensorKind Kind = TensorKind.Tensor);

/// <summary>What goes in and what comes out, read from the artifact.</summary>
/// <param name="Features">Names of the columns of inputs that have several, in order, when the artifact tells them.</param>
public sealed record Signature(IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs, IReadOnlyList<string>? Features = null)
{
    private const int MostTensors = 1_000;
    private const int MostDimensions = 32;

    private static readonly string[] Datatypes =
        ["BOOL", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64", "FP16", "FP32", "FP64", "BYTES"];

    /// <summary>One that was declared and not read from an artifact.</summary>
    public Refusal? Check() => Check("signature.inputs", Inputs) ?? Check("signature.outputs", Outputs);

    private static Refusal? Check(string field, IReadOnlyList<TensorSpec> tensors)
    {
        if (tensors.Count is 0 or > MostTensors || tensors.DistinctBy(t => t.Name).Count() != tensors.Count)
            return new InvalidInput(field, $"1 to {MostTensors}, each name once");
        if (tensors.Any(t => t.Name.Length is 0 or > Limits.Name || t.Name.Any(char.IsControl)))
            return new InvalidInput(field + ".name", $"1 to {Limits.Name} characters");
        if (tensors.Any(t => !Datatypes.Contains(t.Datatype)))
            return new InvalidInput(field + ".datatype", $"one of {string.Join(", ", Datatypes)}");
        if (tensors.Any(t => t.Shape.Count > MostDimensions || t.Shape.Any(size => size is < -1 or 0)))
            return new InvalidInput(field + ".shape", $"at most {MostDimensions} dimensions, each -1 or at least 1");
        return tensors.Any(t => t.Kind != TensorKind.Tensor) ? new InvalidInput(field + ".kind", "TENSOR: maps are read from an artifact only") : null;
    }
}
