using System.Diagnostics;
using ModelHub.Node.Artifacts;
using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>
/// Makes what this node holds what it is assigned: loads what is missing beside what serves, drains and unloads what
/// is no longer wanted. The loop may be woken at any time and looks at everything anew.
/// </summary>
internal sealed partial class Holdings(
    VersionLoader loader, LoadedModels models, ArtifactCache artifacts, NodeOptions options, TimeProvider time, ILogger<Holdings> log)
    : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Holding> held = [];
    private readonly SemaphoreSlim wake = new(0);
    private Assignments? wanted;

    /// <summary>Raised after any change of state.</summary>
    public event Action? Changed;

    public bool Settled
    {
        get
        {
            lock (gate)
                return wanted is not null && wanted.Items.All(i => held.TryGetValue(i.VersionId, out var h) && h.State is PlacementState.Ready or PlacementState.Failed);
        }
    }

    public long MemoryUsed
    {
        get
        {
            lock (gate)
                return held.Values.Sum(h => h.Loaded?.MemoryBytes ?? 0);
        }
    }

    public void Want(Assignments assignments)
    {
        lock (gate)
            wanted = assignments;
        wake.Release();
    }

    public Placements Report()
    {
        lock (gate)
            return new Placements(wanted?.Revision ?? 0, [.. held.Values.Select(h => h.Item)]);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Reconcile(stoppingToken);
            await ((Task)wake.WaitAsync(Look, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        Task[] work;
        lock (gate)
            work = [.. held.Values.Select(h => h.Work).OfType<Task>()];
        await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    private void Reconcile(CancellationToken ct)
    {
        lock (gate)
        {
            if (wanted is null)
                return;
            SleepIdle();
            foreach (var assignment in wanted.Items)
                if (!held.TryGetValue(assignment.VersionId, out var holding))
                    Start(held[assignment.VersionId] = new Holding(assignment), ct);
                else if (holding.State == PlacementState.Failed && holding.Work is null && holding.RetryAt <= time.GetUtcNow())
                    Start(holding, ct);
                else
                    holding.Drain?.Cancel();
            foreach (var holding in held.Values.ToArray())
                if (holding.Work is null && Array.TrueForAll(wanted.Items, i => i.VersionId != holding.Assignment.VersionId))
                    Release(holding, ct);
        }
    }

    private void Start(Holding holding, CancellationToken ct)
    {
        holding.Attempts++;
        holding.State = PlacementState.Pending;
        holding.Work = Task.Run(() => HoldAsync(holding, ct), ct);
    }

    private void Release(Holding holding, CancellationToken ct)
    {
        if (holding.Loaded is null)
        {
            Forget(holding);
            return;
        }
        holding.State = PlacementState.Draining;
        holding.Drain = CancellationTokenSource.CreateLinkedTokenSource(ct);
        holding.Work = Task.Run(() => DrainAsync(holding, holding.Loaded, holding.Drain.Token), ct);
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
            return (null, new PlacementProblem("fetch-failed", e.Message));
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
        models.Add(loaded);
        loaded.Lanes.Hung += () => Quarantine(holding, loaded);
        (holding.State, holding.Failure, holding.Attempts) = (PlacementState.Ready, null, 0);
        Ready(holding.Assignment.Model, holding.Assignment.Version, holding.LoadedMs);
    }

    private void Fail(Holding holding, PlacementProblem problem)
    {
        var now = time.GetUtcNow();
        holding.State = PlacementState.Failed;
        holding.Failure = new PlacementFailure(problem.Reason, problem.Message, now);
        // 0.5 s, 1 s, 2 s, … 32 s; a model that was refused stays refused.
        holding.RetryAt = problem.Reason is "fetch-failed" or "digest-mismatch" or "load-failed" or "out-of-memory"
            ? now + TimeSpan.FromSeconds(0.25 * Math.Pow(2, Math.Min(holding.Attempts, 7)))
            : null;
        Failed(holding.Assignment.Model, holding.Assignment.Version, problem.Reason, problem.Message);
    }

    private async Task DrainAsync(Holding holding, LoadedVersion loaded, CancellationToken wantedAgain)
    {
        Changed?.Invoke();
        try
        {
            await Task.Delay(options.DrainTime, time, wantedAgain);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
                (holding.State, holding.Work, holding.Drain) = (PlacementState.Ready, null, null);
            Changed?.Invoke();
            return;
        }
        models.Remove(loaded);
        var patience = Stopwatch.StartNew();
        while (loaded.InFlight > 0 && patience.Elapsed < options.RunTime)
            await Task.Delay(10, CancellationToken.None);
        await loaded.DisposeAsync();
        lock (gate)
            Forget(holding);
        Unloaded(holding.Assignment.Model, holding.Assignment.Version);
        Changed?.Invoke();
        wake.Release();
    }

    private void Forget(Holding holding)
    {
        held.Remove(holding.Assignment.VersionId);
        artifacts.Keep(held.Values.Select(h => h.Assignment.Digest).Concat(wanted?.Items.Select(i => i.Digest) ?? []));
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

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} version {Version} is unloaded")]
    private partial void Unloaded(string model, int version);
}
