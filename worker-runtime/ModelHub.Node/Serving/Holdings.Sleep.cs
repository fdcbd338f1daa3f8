using ModelHub.Node.Artifacts;
using ModelHub.Node.Runtimes;
using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>
/// Versions that are held but not in memory: put to sleep when nobody asks for them, or when another needs the room
/// and they are the ones longest unused; loaded again for the next request, which is held so long.
/// </summary>
internal sealed partial class Holdings
{
    // A version that answers now is not put to sleep for another: the two would take turns for ever.
    private static readonly TimeSpan LeastIdle = TimeSpan.FromSeconds(1);

    public static RunException NotLoaded(TimeSpan limit, Exception? inner = null) =>
        new(RunFault.TimedOut, $"The version was not loaded within {limit.TotalSeconds:0.###} seconds.", inner);

    /// <summary>Loads a sleeping version again; requests for it come together here.</summary>
    /// <param name="limit">that the caller is told</param>
    /// <param name="left">of it</param>
    /// <returns>the version, awake</returns>
    /// <exception cref="RunException">too many are held, the deadline came first, or it cannot be loaded now</exception>
    public async ValueTask<LoadedVersion> WakeAsync(LoadedVersion asleep, TimeSpan limit, TimeSpan left, CancellationToken ct)
    {
        Task<LoadedVersion?> waking;
        Holding? holding;
        lock (gate)
        {
            if (!held.TryGetValue(asleep.Assignment.VersionId, out holding) || holding.Loaded is null)
                throw new RunException(RunFault.Unavailable, "This node lets go of that version.");
            if (!holding.Loaded.IsAsleep)
                return holding.Loaded;
            if (holding.Work is not null)
                throw new RunException(RunFault.Unavailable, "This node lets go of that version.");
            if (holding.HeldRequests == options.HeldRequests)
                throw new RunException(RunFault.Overloaded, $"More than {options.HeldRequests} requests wait for this version to be loaded.");
            holding.HeldRequests++;
            waking = holding.Waking ??= Task.Run(() => LoadAgainAsync(holding), CancellationToken.None);
        }
        try
        {
            return await waking.WaitAsync(left, ct) ?? throw new RunException(RunFault.Unavailable, "The version cannot be loaded at the moment.");
        }
        catch (TimeoutException e)
        {
            throw NotLoaded(limit, e);
        }
        finally
        {
            lock (gate)
                holding.HeldRequests--;
        }
    }

    private async Task<LoadedVersion?> LoadAgainAsync(Holding holding)
    {
        // Placed as before for everybody else: routers go on to send requests, which are held here.
        var (loaded, problem) = await TryLoadAsync(holding, _ => { }, CancellationToken.None);
        lock (gate)
        {
            holding.Waking = null;
            // Meanwhile it may have been unassigned: then it is being drained.
            if (holding is { Loaded: { } before, Work: null } && problem is not { Reason: "out-of-memory" })
            {
                if (loaded is null)
                {
                    models.Remove(before);
                    holding.Loaded = null;
                    Fail(holding, problem!);
                }
                else
                {
                    Publish(holding, loaded);
                }
            }
        }
        Changed?.Invoke();
        if (loaded is null || holding.Loaded == loaded)
            return loaded;
        await loaded.DisposeAsync();
        return null;
    }

    /// <summary>Puts to sleep what nobody asked for since the configured time. Under the lock.</summary>
    private void SleepIdle()
    {
        if (options.IdleTime <= TimeSpan.Zero)
            return;
        foreach (var holding in Awake().Where(h => h.Loaded!.Idle >= options.IdleTime))
            Sleep(holding);
    }

    /// <returns>whether so many bytes are free now, after those longest unused were put to sleep</returns>
    private bool MakeRoom(long bytes, Guid forVersion)
    {
        lock (gate)
        {
            foreach (var holding in Awake().OrderByDescending(h => h.Loaded!.Idle).TakeWhile(h => h.Loaded!.Idle >= LeastIdle))
                if (Free(forVersion) >= bytes)
                    break;
                else
                    Sleep(holding);
            return Free(forVersion) >= bytes;
        }
    }

    private long Free(Guid forVersion) =>
        options.Memory - held.Values.Where(h => h.Assignment.VersionId != forVersion).Sum(h => h.Bytes);

    private Holding[] Awake() =>
        [.. held.Values.Where(h => h.State == PlacementState.Ready && h.Work is null && h.Loaded is { IsAsleep: false })];

    private void Sleep(Holding holding)
    {
        if (!holding.Loaded!.TrySleep())
            return;
        Asleep(holding.Assignment.Model, holding.Assignment.Version);
        wake.Release();
    }

    // Every thread that runs it hangs: a version that does that is not tried again until it is assigned anew.
    private void Quarantine(Holding holding, LoadedVersion hung)
    {
        lock (gate)
        {
            if (holding.Loaded != hung)
                return;
            models.Remove(hung);
            holding.Loaded = null;
            Fail(holding, new PlacementProblem("hung", $"{hung.Lanes.Hanging} runs did not end at their limit and cannot be stopped."));
        }
        // Frees the session when the last of those runs ends.
        _ = hung.DisposeAsync().AsTask();
        Changed?.Invoke();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} version {Version} is idle and unloaded until it is asked for")]
    private partial void Asleep(string model, int version);
}
