using ModelHub.Inference;
using ModelHub.Onnx;

namespace ModelHub.Node.Runtimes.Onnx;

/// <summary>Lays the request's tensors under a run of ONNX Runtime without copying them.</summary>
internal sealed class OnnxRun(OnnxModel model) : RuntimeRun
{
    // Outputs larger than this are not kept between requests.
    private const int KeptBytes = 1024 * 1024;

    // In JSON a byte takes up to six: this much still fits into one answer.
    private const long MostAnswerBytes = 128L * 1024 * 1024;
    private readonly OnnxCall call = new(model);
    private readonly ElementType[] elements = [.. model.Signature.Inputs.Select(i => i.Element)];

    public override ValueTask ExecuteAsync(TimeSpan limit, CancellationToken ct)
    {
        using var watch = RunLimit.Start(limit);
        using var abort = ct.UnsafeRegister(static running => ((RunLimit)running!).Stop(), watch);
        try
        {
            Lay();
            call.Run(Request.Wanted, watch);
            Weigh();
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
        var result = call.Result(index);
        var (element, shape) = result.TensorType();
        if (element != ElementType.String)
            return new OutputTensor(shape, result.Bytes);
        var (text, starts) = result.StringContent();
        return new OutputTensor(shape, text, starts);
    }

    public override void Clear() => call.Clear(KeptBytes);

    public override void Dispose() => call.Dispose();

    private void Weigh()
    {
        Int128 bytes = 0;
        for (var i = 0; i < Request.Wanted.Length; i++)
        {
            var (element, shape) = call.Result(i).TensorType();
            Int128 elements = 1;
            foreach (var size in shape)
                elements *= size;
            bytes += elements * Math.Max(element.Bits() / 8, 1);
        }
        if (bytes > MostAnswerBytes)
            throw new RunException(RunFault.Failed, $"The outputs have {bytes} bytes, more than the {MostAnswerBytes} of an answer.");
    }

    private void Lay()
    {
        for (var i = 0; i < elements.Length; i++)
        {
            var tensor = Request.Inputs[i];
            if (elements[i] == ElementType.String)
                call.Text(i, tensor.Shape, tensor.Memory, tensor.Pieces);
            else
                call.Input(i, elements[i], tensor.Shape, tensor.Memory, tensor.Length);
        }
    }
}
