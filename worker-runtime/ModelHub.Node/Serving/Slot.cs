using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.V2;
using ModelHub.Node.Caching;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>All one request needs while it is answered, kept for the next: its run, buffers, its answer.</summary>
internal sealed class Slot : IDisposable
{
    // What a large request left is given back to the pool.
    private const int KeptBytes = 64 * 1024;
    private readonly ModelSpec spec;
    private KeptOutput[] kept = [];
    private bool useKept;
    private KeptAnswer? given;
    private ModelInferWriter? grpc;

    public Slot(ModelSpec spec, RuntimeRun run)
    {
        (this.spec, Run) = (spec, run);
        Waiting = new Waiting(this);
    }

    /// <summary>When the request was let in, as <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/> tells it.</summary>
    public long Came { get; set; }

    /// <summary>When its tensors were there.</summary>
    public long ReadAt { get; set; }

    /// <summary>When its outputs were there.</summary>
    public long RanAt { get; set; }

    /// <summary>How much of the caller's time was over before it had this slot.</summary>
    public TimeSpan Waited { get; set; }

    public RuntimeRun Run { get; }

    public Waiting Waiting { get; }

    public InferRequest Request => Run.Request;

    public InferWriter Answer { get; } = new();

    public PooledBuffer Buffer { get; } = new();

    /// <summary>By which its outputs are kept; empty when they are not.</summary>
    public PooledBuffer Key { get; } = new();

    /// <summary>Rows of the first input.</summary>
    public long Rows => Request.Inputs.Length > 0 && Request.Inputs[0].Shape is [var rows, ..] ? Math.Max(rows, 1) : 1;

    /// <param name="index">of the output among those wanted</param>
    public OutputTensor Output(int index) =>
        given is { } answer ? answer.Outputs[index].Tensor : useKept ? kept[index].Tensor : Run.Output(index);

    /// <summary>How long its run may take, when no caller gives it more than <paramref name="most"/>.</summary>
    public TimeSpan Limit(TimeSpan most) => Request.Timeout - Waited is { } left && left < most ? left : most;

    /// <summary>Takes outputs of an earlier run.</summary>
    public void Give(KeptAnswer answer)
    {
        given = answer;
        Key.Clear();
    }

    /// <summary>Takes its rows of the outputs of a joined run.</summary>
    public void Keep(RuntimeRun joint, int from, int rows)
    {
        var outputs = joint.Request.Wanted.Length;
        if (kept.Length < outputs)
            kept = [.. kept, .. Enumerable.Range(kept.Length, outputs - kept.Length).Select(_ => new KeptOutput())];
        for (var i = 0; i < outputs; i++)
            kept[i].Take(joint.Output(i), from, rows);
        useKept = true;
    }

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
        if (kept.Length > 0 && Array.Exists(kept, k => k.Bytes > KeptBytes))
            kept = [];
        (useKept, given, Waited) = (false, null, TimeSpan.Zero);
        Buffer.Trim(KeptBytes);
        Key.Trim(KeptBytes);
        Answer.Trim(KeptBytes);
    }

    public void Dispose()
    {
        Run.Dispose();
        Buffer.Dispose();
        Key.Dispose();
        Answer.Dispose();
        grpc?.Dispose();
    }
}
