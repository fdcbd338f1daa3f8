using System.Globalization;
using ModelHub.Inference;
using ModelHub.Onnx.Signatures;
using ModelHub.Protocol;
using InferenceSpec = ModelHub.Inference.TensorSpec;
using OnnxSpec = ModelHub.Onnx.Signatures.TensorSpec;

namespace ModelHub.Node.Runtimes.Onnx;

/// <summary>From what a model file says of itself to what the wire needs to know.</summary>
internal static class SpecOf
{
    public static ModelSpec Model(Assignment assignment, Signature signature) => new(
        assignment.Model,
        assignment.Version.ToString(CultureInfo.InvariantCulture),
        [.. signature.Inputs.Select(i => Tensor(i, null))],
        [.. signature.Outputs.Select(o => Tensor(o, o.Labels ?? Classes(o, signature.Classes)))],
        signature.Features);

    private static InferenceSpec Tensor(OnnxSpec spec, string[]? labels) =>
        new(spec.Name, Datatypes.Of(spec.Datatype), spec.Shape, labels);

    // Our trainer writes the class names beside a plain tensor of probabilities.
    private static string[]? Classes(OnnxSpec output, string[]? classes) =>
        classes is not null && output.Datatype is "FP32" or "FP64" && output.Shape is [_, var columns] && columns == classes.Length ? classes : null;
}
