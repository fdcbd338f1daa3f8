using ModelHub.Node.Artifacts;
using ModelHub.Onnx;
using ModelHub.Onnx.Validation;
using ModelHub.Protocol;

namespace ModelHub.Node.Runtimes.Onnx;

/// <summary>ONNX Runtime in this process. A file nobody has tried on this node is loaded in a child process first.</summary>
internal sealed class OnnxVersions(NodeOptions options, ValidationProcess validation) : IRuntime
{
    public string Name => "onnx";

    public bool Takes(string format) => format == "onnx";

    public async Task<(RuntimeInstance? Instance, PlacementProblem? Problem)> OpenAsync(Assignment assignment, string path, CancellationToken ct)
    {
        if (await RefusedAsync(path, ct) is { } refused)
            return (null, refused);
        // Building a session may take long and cannot be interrupted.
        return await Task.Factory.StartNew(
            () => Open(assignment, path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static (RuntimeInstance?, PlacementProblem?) Open(Assignment assignment, string path) =>
        OnnxModel.Open(path).Succeeded(out var model, out var refusal)
            ? (new OnnxInstance(assignment, model), null)
            : (null, new PlacementProblem("refused", refusal.Reason));

    // Once per artifact and node: the mark lies beside the file and goes with it.
    private async Task<PlacementProblem?> RefusedAsync(string path, CancellationToken ct)
    {
        var mark = path + ".validated";
        if (!options.Validate || File.Exists(mark))
            return null;
        var report = await validation.RunAsync(path, ValidationLimits.Default with { MemoryBytes = options.Memory, RunTime = options.RunTime }, ct);
        if (!report.Ok)
            return new PlacementProblem("refused", report.Reason ?? "The model was refused.");
        await File.WriteAllTextAsync(mark, report.ToJson(), ct);
        return null;
    }
}
