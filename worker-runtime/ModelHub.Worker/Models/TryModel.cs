using ModelHub.Domain.Models;
using ModelHub.Onnx.Validation;
using ModelHub.Onnx.Variants;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Jobs;
using OnnxSignature = ModelHub.Onnx.Signatures.Signature;
using OnnxTensor = ModelHub.Onnx.Signatures.TensorSpec;

namespace ModelHub.Worker.Models;

/// <summary>Loads and runs an ONNX file once, in a child process, reads its signature and stores its optimised graph.</summary>
internal sealed class TryModel(ValidationProcess process, ArtifactsAtApi artifacts)
{
    /// <param name="optimiseTo">Where the optimised graph may be written before it is stored; null for none.</param>
    /// <exception cref="BadInputException">The model is refused.</exception>
    public async Task<(Signature Signature, OptimisedGraph? Optimised)> RunAsync(string path, string? optimiseTo, IProgressLog log, CancellationToken ct)
    {
        var report = await process.RunAsync(path, ValidationLimits.Default, ct, optimiseTo);
        foreach (var warning in report.Warnings) log.Line($"warning: {warning}");
        if (!report.Ok || report.Signature is not { } signature) throw new BadInputException(report.Reason ?? "The model has no signature.");
        log.Progress(0.9, FormattableString.Invariant($"loaded by ONNX Runtime {report.Runtime} in {report.LoadMs:F0} ms: {report.Nodes} nodes, {report.Parameters} parameters"));
        return (Domain(signature), report.Optimisation is { } optimisation ? await KeepAsync(optimisation, report.Runtime, optimiseTo!, log, ct) : null);
    }

    private async Task<OptimisedGraph?> KeepAsync(Optimisation made, string runtime, string path, IProgressLog log, CancellationToken ct)
    {
        if (made.Reason is { } reason)
        {
            log.Line($"served as it came, not optimised: {reason}");
            return null;
        }
        var (digest, size) = await artifacts.StoreAsync(path, ct);
        log.Line(FormattableString.Invariant($"optimised from {made.NodesBefore} to {made.Nodes} nodes: loads in {made.LoadMs:F1} ms instead of {made.LoadMsBefore:F1}"));
        return new(digest.Value, size, runtime, made.NodesBefore, made.Nodes, made.LoadMsBefore, made.LoadMs);
    }

    private static Signature Domain(OnnxSignature signature) =>
        new([.. signature.Inputs.Select(i => Spec(i, null))], [.. signature.Outputs.Select(o => Spec(o, signature.Classes))], signature.Features);

    /// <param name="classes">Names of the classes, when the model tells them; they belong to an output that is as wide.</param>
    private static TensorSpec Spec(OnnxTensor tensor, string[]? classes) => new(
        tensor.Name,
        tensor.Datatype,
        tensor.Shape ?? throw new BadInputException($"\"{tensor.Name}\" may have any number of dimensions; serving needs to know how many."),
        tensor.Labels ?? (classes is not null && tensor.Shape is [_, var width] && width == classes.Length ? classes : null),
        tensor.Kind == Onnx.Signatures.TensorKind.ZipMap ? TensorKind.Zipmap : TensorKind.Tensor);
}
