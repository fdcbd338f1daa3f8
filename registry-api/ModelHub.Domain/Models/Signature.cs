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
public sealed record Signature(IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs);
