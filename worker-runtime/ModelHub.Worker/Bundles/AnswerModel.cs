using System.Buffers;
using ModelHub.Inference;
using ModelHub.Inference.V2;
using ModelHub.Onnx;
using InferenceSpec = ModelHub.Inference.TensorSpec;
using OnnxSpec = ModelHub.Onnx.Signatures.TensorSpec;

namespace ModelHub.Worker.Bundles;

/// <summary>One V2 request answered by a model in this process, without a node.</summary>
internal static class AnswerModel
{
    /// <summary>The answer as JSON, or why there is none.</summary>
    public static (byte[]? Answer, string? Reason) Of(OnnxModel model, string name, string version, byte[] request, TimeSpan within)
    {
        var spec = new ModelSpec(name, version, [.. model.Signature.Inputs.Select(i => Spec(i, null))], [.. model.Signature.Outputs.Select(o => Spec(o, model.Signature.Classes))], model.Signature.Features);
        var asked = new InferRequest();
        if (InferReader.Read(new ReadOnlySequence<byte>(request), null, spec, InferenceLimits.Default, asked) is { } fault)
            return (null, $"its sample request is refused: {fault.Message}");
        if (spec.Outputs.FirstOrDefault(output => !output.Datatype.HasJson()) is { } half)
            return (null, $"its output '{half.Name}' is of {half.Datatype.Name()}, which JSON has no form for");
        using var call = new OnnxCall(model);
        Lay(model, asked, call);
        try
        {
            using var limit = RunLimit.Start(within);
            call.Run(asked.Wanted, limit);
        }
        catch (OnnxException e) when (e.Fault is OnnxFault.Run or OnnxFault.Terminated)
        {
            return (null, e.Fault == OnnxFault.Terminated ? $"it did not answer its sample request within {within.TotalSeconds:0} seconds" : $"it fails on its sample request: {e.Message}");
        }
        return (Write(spec, asked, call), null);
    }

    private static void Lay(OnnxModel model, InferRequest asked, OnnxCall call)
    {
        for (var i = 0; i < asked.Inputs.Length; i++)
        {
            var (tensor, element) = (asked.Inputs[i], model.Signature.Inputs[i].Element);
            if (element == ElementType.String)
                call.Text(i, tensor.Shape, tensor.Memory, tensor.Pieces);
            else
                call.Input(i, element, tensor.Shape, tensor.Memory, tensor.Length);
        }
    }

    private static byte[] Write(ModelSpec spec, InferRequest asked, OnnxCall call)
    {
        using var writer = new InferWriter();
        writer.Start(spec, asked);
        for (var i = 0; i < asked.Outputs.Count; i++)
        {
            var result = call.Result(i);
            var (element, shape) = result.TensorType();
            if (element == ElementType.String)
            {
                var (text, starts) = result.StringContent();
                writer.Output(spec.Outputs[asked.Outputs[i]], asBinary: false, new OutputTensor(shape, text, starts));
            }
            else
                writer.Output(spec.Outputs[asked.Outputs[i]], asBinary: false, new OutputTensor(shape, result.Bytes));
        }
        writer.End();
        return writer.Body.ToArray();
    }

    // Our trainer writes the class names beside a plain tensor of probabilities.
    private static InferenceSpec Spec(OnnxSpec spec, string[]? classes) => new(
        spec.Name, Datatypes.Of(spec.Datatype), spec.Shape,
        spec.Labels ?? (spec.Datatype is "FP32" or "FP64" && spec.Shape is [_, var width] && width == classes?.Length ? classes : null));
}
