using ModelHub.Inference;
using ModelHub.Inference.V2;
using ModelHub.Onnx;
using Tensor = ModelHub.Inference.Tensor;

namespace ModelHub.Node.Serving;

/// <summary>All one request needs while it is answered, kept for the next: buffers of its inputs, its outputs, its answer.</summary>
internal sealed class Slot(ModelSpec spec) : IDisposable
{
    private readonly OnnxValue?[] inputs = new OnnxValue?[spec.Inputs.Length];
    private OnnxValue[] outputs = [];

    public InferRequest Request { get; } = new();

    public InferWriter Answer { get; } = new();

    public PooledBuffer Buffer { get; } = new();

    /// <summary>Rows of the first input; the measure of how long a run takes.</summary>
    public long Rows => Request.Inputs.Length > 0 && Request.Inputs[0].Shape is [var rows, ..] ? Math.Max(rows, 1) : 1;

    /// <exception cref="OnnxException">it failed or was stopped</exception>
    public void Run(OnnxModel model, RunLimit limit)
    {
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = Value(Request.Inputs[i], model.Signature.Inputs[i].Element);
        int[] wanted = [.. Request.Outputs];
        outputs = new OnnxValue[wanted.Length];
        model.Run(inputs!, wanted, outputs, limit);
    }

    /// <param name="index">of the output among those wanted</param>
    public OutputTensor Output(int index)
    {
        var (element, shape) = outputs[index].TensorType();
        if (element != ElementType.String)
            return new OutputTensor(shape, outputs[index].Bytes);
        var (text, starts) = outputs[index].StringContent();
        return new OutputTensor(shape, text, starts);
    }

    public void WriteV2()
    {
        Answer.Start(spec, Request);
        for (var i = 0; i < outputs.Length; i++)
            Answer.Output(spec.Outputs[Request.Outputs[i]], Request.Binary[i], Output(i));
        Answer.End();
    }

    public void Empty()
    {
        foreach (var value in inputs)
            value?.Dispose();
        foreach (var value in outputs)
            value?.Dispose();
        Array.Clear(inputs);
        outputs = [];
        Buffer.Dispose();
    }

    public void Dispose()
    {
        Empty();
        Answer.Dispose();
    }

    private static OnnxValue Value(Tensor tensor, ElementType element) =>
        element == ElementType.String
            ? OnnxValue.Strings(tensor.Shape, tensor.Memory, tensor.Pieces)
            : OnnxValue.Over(element, tensor.Shape, tensor.Memory, tensor.Length);
}
