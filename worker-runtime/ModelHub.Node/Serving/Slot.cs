using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.V2;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>All one request needs while it is answered, kept for the next: its run, buffers, its answer.</summary>
internal sealed class Slot(ModelSpec spec, RuntimeRun run) : IDisposable
{
    private ModelInferWriter? grpc;

    public RuntimeRun Run { get; } = run;

    public InferRequest Request => Run.Request;

    public InferWriter Answer { get; } = new();

    public PooledBuffer Buffer { get; } = new();

    /// <summary>Rows of the first input; the measure of how long a run takes.</summary>
    public long Rows => Request.Inputs.Length > 0 && Request.Inputs[0].Shape is [var rows, ..] ? Math.Max(rows, 1) : 1;

    /// <param name="index">of the output among those wanted</param>
    public OutputTensor Output(int index) => Run.Output(index);

    public void WriteV2()
    {
        Answer.Start(spec, Request);
        for (var i = 0; i < Request.Outputs.Count; i++)
            Answer.Output(spec.Outputs[Request.Outputs[i]], Request.Binary[i], Output(i));
        Answer.End();
    }

    /// <returns>the answer as a framed gRPC message, valid until the next</returns>
    public ReadOnlyMemory<byte> WriteGrpc()
    {
        grpc ??= new ModelInferWriter();
        grpc.Start(spec, Request);
        for (var i = 0; i < Request.Outputs.Count; i++)
            grpc.Output(spec.Outputs[Request.Outputs[i]], Output(i));
        grpc.End();
        return grpc.Frame;
    }

    public void Empty()
    {
        Run.Clear();
        Buffer.Dispose();
    }

    public void Dispose()
    {
        Run.Dispose();
        Buffer.Dispose();
        Answer.Dispose();
        grpc?.Dispose();
    }
}
