using ModelHub.Node.Artifacts;
using ModelHub.Node.Caching;
using ModelHub.Node.Fields;
using ModelHub.Node.Runtimes;
using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>Brings one version from its assignment into memory: fetch, verify, validate, load, warm.</summary>
internal sealed class VersionLoader(ArtifactCache artifacts, RuntimeTable runtimes, AnswerCache answers, NodeOptions options) : IDisposable
{
    // Two at a time: loading takes processors from those who serve.
    private readonly SemaphoreSlim loading = new(2);

    /// <param name="entered">hears each state as it is entered</param>
    public async Task<(LoadedVersion? Version, PlacementProblem? Problem)> LoadAsync(
        Assignment assignment, Action<PlacementState> entered, CancellationToken ct)
    {
        if (runtimes.For(assignment) is not { } runtime)
            return (null, new PlacementProblem("unsupported-runtime", $"This node runs {string.Join(", ", runtimes.Names)}, not {assignment.Format} on {assignment.Runtime}."));

        entered(PlacementState.Fetching);
        var (path, problem) = await artifacts.FetchAsync(assignment, ct);
        if (path is null)
            return (null, problem);

        await loading.WaitAsync(ct);
        try
        {
            entered(PlacementState.Loading);
            return await OpenAsync(runtime, assignment, path, entered, ct);
        }
        finally
        {
            loading.Release();
        }
    }

    public void Dispose() => loading.Dispose();

    private async Task<(LoadedVersion?, PlacementProblem?)> OpenAsync(
        IRuntime runtime, Assignment assignment, string path, Action<PlacementState> entered, CancellationToken ct)
    {
        var (instance, problem) = await runtime.OpenAsync(assignment, path, ct);
        if (instance is null)
            return (null, problem);
        var kept = false;
        try
        {
            entered(PlacementState.Warming);
            var times = new RunTimes();
            var rows = new WarmUpRows(instance.Spec, VersionFields.SeenIn(assignment.Fields));
            var slow = await ApartAsync(() => WarmUp.RunAsync(instance, rows, times, options.RunTime, ct));
            var joins = slow is null && await ApartAsync(() => RowsApart.HoldsAsync(instance, options.RunTime, ct));
            kept = slow is null;
            return kept ? (new LoadedVersion(assignment, instance, times, joins) { Answers = AnswersOf(instance) }, null) : (null, slow);
        }
        finally
        {
            if (!kept)
                await instance.DisposeAsync();
        }
    }

    private VersionAnswers? AnswersOf(RuntimeInstance instance) =>
        options.CacheBytes > 0 && instance.IsRepeatable ? new VersionAnswers(answers) : null;

    // Runs take their thread until they end; the pool's are for those who wait for answers.
    private static Task<T> ApartAsync<T>(Func<Task<T>> run) =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
}
