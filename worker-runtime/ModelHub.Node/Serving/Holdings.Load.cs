using System.Diagnostics;
using ModelHub.Node.Artifacts;
using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>The way in: room is made, the version is loaded beside what serves, and answers from then on; what failed is tried again.</summary>
internal sealed partial class Holdings
{
    // 15 seconds with the pauses between them.
    private const int PassingTries = 6;

    private void Start(Holding holding, CancellationToken ct)
    {
        holding.Attempts++;
        holding.State = PlacementState.Pending;
        holding.Work = Task.Run(() => HoldAsync(holding, ct), ct);
    }

    private async Task HoldAsync(Holding holding, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var (loaded, problem) = await TryLoadAsync(holding, state => Enter(holding, state), ct);
        if (ct.IsCancellationRequested)
        {
            if (loaded is not null)
                await loaded.DisposeAsync();
            return;
        }

        lock (gate)
        {
            holding.Work = null;
            holding.LoadedMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (loaded is not null)
                Publish(holding, loaded);
            else
                Fail(holding, problem!);
        }
        Changed?.Invoke();
        wake.Release();
    }

    private async Task<(LoadedVersion? Loaded, PlacementProblem? Problem)> TryLoadAsync(Holding holding, Action<PlacementState> entered, CancellationToken ct)
    {
        try
        {
            lock (gate)
                holding.Reserved = holding.Assignment.Size;
            if (!MakeRoom(holding.Assignment.Size, holding.Assignment.VersionId))
                return (null, new PlacementProblem("out-of-memory", $"The version takes about {holding.Assignment.Size} bytes; of the node's {options.Memory} too few are free or idle."));
            return await loader.LoadAsync(holding.Assignment, entered, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return (null, null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or UnauthorizedAccessException)
        {
            return (null, new PlacementProblem("fetch-failed", e.Message, e is not UnauthorizedAccessException));
        }
        catch (Exception e)
        {
            Broken(e, holding.Assignment.Model, holding.Assignment.Version);
            return (null, new PlacementProblem("load-failed", e.Message));
        }
        finally
        {
            lock (gate)
                holding.Reserved = 0;
        }
    }

    private void Publish(Holding holding, LoadedVersion loaded)
    {
        holding.Loaded = loaded;
        // They may have changed while it was loaded.
        loaded.Follow(holding.Assignment);
        models.Add(loaded);
        loaded.Lanes.Hung += () => Quarantine(holding, loaded);
        (holding.State, holding.Failure, holding.Attempts) = (PlacementState.Ready, null, 0);
        Ready(holding.Assignment.Model, holding.Assignment.Version, holding.LoadedMs);
    }

    private void Fail(Holding holding, PlacementProblem problem)
    {
        var now = time.GetUtcNow();
        // Whoever waits for it gives up at the first failure that is told: one that passes is told as one when it lasts.
        holding.State = problem.Passes && holding.Attempts < PassingTries ? PlacementState.Pending : PlacementState.Failed;
        holding.Failure = new PlacementFailure(problem.Reason, problem.Message, now);
        // 0.5 s, 1 s, 2 s, … 32 s; a model that was refused stays refused.
        holding.RetryAt = problem.Reason is "fetch-failed" or "digest-mismatch" or "load-failed" or "out-of-memory"
            ? now + TimeSpan.FromSeconds(0.25 * Math.Pow(2, Math.Min(holding.Attempts, 7)))
            : null;
        Failed(holding.Assignment.Model, holding.Assignment.Version, problem.Reason, problem.Message);
    }

    private void Enter(Holding holding, PlacementState state)
    {
        lock (gate)
            holding.State = state;
        Changed?.Invoke();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} version {Version} is ready after {Milliseconds:0} ms")]
    private partial void Ready(string model, int version, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Model} version {Version} is not held: {Reason}: {Message}")]
    private partial void Failed(string model, int version, string reason, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "Loading {Model} version {Version} broke")]
    private partial void Broken(Exception e, string model, int version);
}
