using System.Diagnostics;
using ModelHub.Node.Artifacts;
using ModelHub.Onnx;
using ModelHub.Onnx.Validation;
using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>Brings one version from its assignment into memory: fetch, verify, validate, load, warm.</summary>
internal sealed class VersionLoader(ArtifactCache artifacts, NodeOptions options, ValidationProcess validation) : IDisposable
{
    private const string Runtime = "onnx";

    // Two at a time: loading takes processors from those who serve.
    private readonly SemaphoreSlim loading = new(2);

    /// <param name="entered">hears each state as it is entered</param>
    public async Task<(LoadedVersion? Version, PlacementProblem? Problem)> LoadAsync(
        Assignment assignment, long memoryLeft, Action<PlacementState> entered, CancellationToken ct)
    {
        if (assignment.Runtime != Runtime || assignment.Format != Runtime)
            return (null, new PlacementProblem("unsupported-runtime", $"This node runs {Runtime}, not {assignment.Format} on {assignment.Runtime}."));
        if (assignment.Size > memoryLeft)
            return (null, new PlacementProblem("out-of-memory", $"The version takes about {assignment.Size} bytes, {Math.Max(0, memoryLeft)} of {options.Memory} are left."));

        entered(PlacementState.Fetching);
        var (path, problem) = await artifacts.FetchAsync(assignment, ct);
        if (path is null)
            return (null, problem);

        await loading.WaitAsync(ct);
        try
        {
            entered(PlacementState.Loading);
            if (await RefusedAsync(path, ct) is { } refused)
                return (null, refused);
            return await Task.Factory.StartNew(
                () => Load(assignment, path, entered), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            loading.Release();
        }
    }

    public void Dispose() => loading.Dispose();

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

    private (LoadedVersion?, PlacementProblem?) Load(Assignment assignment, string path, Action<PlacementState> entered)
    {
        if (!OnnxModel.Open(path).Succeeded(out var model, out var refusal))
            return (null, new PlacementProblem("refused", refusal.Reason));
        try
        {
            entered(PlacementState.Warming);
            // The first run builds what later ones reuse; the second tells how long they take.
            TrialRun.Of(model, options.RunTime);
            var started = Stopwatch.GetTimestamp();
            TrialRun.Of(model, options.RunTime);
            return (new LoadedVersion(assignment, model, Stopwatch.GetElapsedTime(started).TotalMilliseconds), null);
        }
        catch (OnnxException e) when (e.Fault == OnnxFault.Terminated)
        {
            model.Dispose();
            return (null, new PlacementProblem("too-slow", $"A run on one row did not end within {options.RunTime.TotalSeconds:0.#} seconds."));
        }
    }
}
