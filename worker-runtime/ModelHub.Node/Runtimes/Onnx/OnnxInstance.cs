using ModelHub.Onnx;
using ModelHub.Protocol;

namespace ModelHub.Node.Runtimes.Onnx;

/// <summary>A session, shared by all runs; it is freed after the last of them.</summary>
internal sealed class OnnxInstance(Assignment assignment, OnnxModel model) : RuntimeInstance(SpecOf.Model(assignment, model.Signature))
{
    /// <summary>Weights in memory, roughly: ONNX Runtime keeps them once, repacked.</summary>
    public override long MemoryBytes { get; } = model.File.Bytes + model.File.ExternalFiles.Sum(f =>
        new FileInfo(Path.Combine(Path.GetDirectoryName(model.File.Path)!, f)).Length);

    public override bool RunsOnCallersThread => true;

    public override bool IsOpenEnded => model.File.IsOpenEnded;

    public override bool IsRepeatable => !model.File.IsRandom;

    public override RuntimeRun NewRun() => new OnnxRun(model);

    public override ValueTask DisposeAsync()
    {
        model.Dispose();
        return ValueTask.CompletedTask;
    }
}
