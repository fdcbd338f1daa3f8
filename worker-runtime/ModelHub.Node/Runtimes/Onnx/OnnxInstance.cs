using ModelHub.Onnx;
using ModelHub.Onnx.Additive;
using ModelHub.Protocol;

namespace ModelHub.Node.Runtimes.Onnx;

/// <summary>A session, shared by all runs; it is freed after the last of them.</summary>
internal sealed class OnnxInstance(Assignment assignment, OnnxModel model) : RuntimeInstance(SpecOf.Model(assignment, model.Signature))
{
    private readonly Lazy<IReadOnlyList<AdditiveOutput>> additive = new(() => FindScores.Of(
        model.File.Path,
        [.. model.Signature.Inputs.Select(i => (i.Name, (int)Math.Min(int.MaxValue, (i.Shape ?? []).Skip(1).Aggregate(1L, (a, b) => a * Math.Max(b, 1)))))],
        [.. model.Signature.Outputs.Select(o => o.Name)]));

    /// <summary>Weights in memory, roughly: ONNX Runtime keeps them once, repacked.</summary>
    public override long MemoryBytes { get; } = model.File.Bytes + model.File.ExternalFiles.Sum(f =>
        new FileInfo(Path.Combine(Path.GetDirectoryName(model.File.Path)!, f)).Length);

    public override bool RunsOnCallersThread => true;

    public override bool IsOpenEnded => model.File.IsOpenEnded;

    public override bool IsRepeatable => !model.File.IsRandom;

    // Looked for when it is asked for first: most versions are never explained.
    public override IReadOnlyList<AdditiveOutput> Additive => additive.Value;

    public override RuntimeRun NewRun() => new OnnxRun(model);

    public override ValueTask DisposeAsync()
    {
        model.Dispose();
        return ValueTask.CompletedTask;
    }
}
