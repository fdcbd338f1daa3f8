using ModelHub.Node.Artifacts;
using ModelHub.Onnx;
using ModelHub.Onnx.Validation;
using ModelHub.Protocol;

namespace ModelHub.Node.Runtimes.Onnx;

/// <summary>
/// ONNX Runtime in this process. A file nobody has tried on this node is loaded in a child process first. An optimised
/// graph that this node's library does not take is no loss: the model itself is loaded then.
/// </summary>
internal sealed partial class OnnxVersions(NodeOptions options, ValidationProcess validation, ILogger<OnnxVersions> log) : IRuntime
{
    public string Name => "onnx";

    public bool Takes(string format) => format == "onnx";

    public async Task<(RuntimeInstance? Instance, PlacementProblem? Problem)> OpenAsync(Assignment assignment, string path, CancellationToken ct)
    {
        if (assignment.Optimised is not null && ArtifactCache.OptimisedBeside(path) is var optimised && File.Exists(optimised))
        {
            var (instance, problem) = await TryAsync(assignment, path, optimised, ct);
            if (instance is not null)
                return (instance, null);
            LogNotOptimised(assignment.Name, problem!.Message);
        }
        return await TryAsync(assignment, path, null, ct);
    }

    private async Task<(RuntimeInstance? Instance, PlacementProblem? Problem)> TryAsync(Assignment assignment, string path, string? optimised, CancellationToken ct)
    {
        if (await RefusedAsync(optimised ?? path, ct) is { } refused)
            return (null, refused);
        // Building a session may take long and cannot be interrupted.
        return await Task.Factory.StartNew(
            () => Open(assignment, path, optimised), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static (RuntimeInstance?, PlacementProblem?) Open(Assignment assignment, string path, string? optimised) =>
        OnnxModel.Open(path, optimised: optimised).Succeeded(out var model, out var refusal)
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Version} is loaded as it was registered, not as it was optimised: {Reason}")]
    private partial void LogNotOptimised(string version, string reason);
}
