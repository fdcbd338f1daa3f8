using ModelHub.Inference;
using ModelHub.Onnx;
using Tensor = ModelHub.Inference.Tensor;

namespace ModelHub.Node.Runtimes.Onnx;

/// <summary>Lays the request's tensors under a run of ONNX Runtime without copying them.</summary>
internal sealed class OnnxRun(OnnxModel model) : RuntimeRun
{
    private readonly OnnxValue?[] inputs = new OnnxValue?[model.Signature.Inputs.Length];
    private OnnxValue[] outputs = [];

    public override ValueTask ExecuteAsync(TimeSpan limit, CancellationToken ct)
    {
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = Value(Request.Inputs[i], model.Signature.Inputs[i].Element);
        int[] wanted = [.. Request.Outputs];
        outputs = new OnnxValue[wanted.Length];
        using var watch = RunLimit.Start(limit);
        try
        {
            model.Run(inputs!, wanted, outputs, watch);
        }
        catch (OnnxException e) when (e.Fault == OnnxFault.Terminated)
        {
            throw new RunException(RunFault.TimedOut, $"The model did not answer within {limit.TotalSeconds:0.###} seconds.", e);
        }
        catch (OnnxException e)
        {
            throw new RunException(RunFault.Failed, $"The model failed on this input: {e.Message}", e);
        }
        return ValueTask.CompletedTask;
    }

    public override OutputTensor Output(int index)
    {
        var (element, shape) = outputs[index].TensorType();
        if (element != ElementType.String)
            return new OutputTensor(shape, outputs[index].Bytes);
        var (text, starts) = outputs[index].StringContent();
        return new OutputTensor(shape, text, starts);
    }

    public override void Clear()
    {
        foreach (var value in inputs)
            value?.Dispose();
        foreach (var value in outputs)
            value?.Dispose();
        Array.Clear(inputs);
        outputs = [];
    }

    public override void Dispose() => Clear();

    private static OnnxValue Value(Tensor tensor, ElementType element) =>
        element == ElementType.String
            ? OnnxValue.Strings(tensor.Shape, tensor.Memory, tensor.Pieces)
            : OnnxValue.Over(element, tensor.Shape, tensor.Memory, tensor.Length);
}
