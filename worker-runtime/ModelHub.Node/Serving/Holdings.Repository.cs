using ModelHub.Node.Runtimes;
using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>A version as the model repository extension of V2 tells of it.</summary>
/// <param name="State">READY, LOADING, UNLOADING or UNAVAILABLE</param>
/// <param name="Reason">why it is not ready; empty when it is</param>
internal sealed record RepositoryEntry(string Model, int Version, string State, string Reason);

/// <summary>
/// Loading and unloading by hand. What a node holds is for the control plane to say: by hand a version is only brought
/// into memory or out of it, and what answers requests is left where it is.
/// </summary>
internal sealed partial class Holdings
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public RepositoryEntry[] Index()
    {
        lock (gate)
            return [.. held.Values.Select(Entry).OrderBy(e => e.Model, StringComparer.Ordinal).ThenBy(e => e.Version)];
    }

    /// <summary>Puts the versions of a model to sleep; the next request for one brings it back.</summary>
    /// <param name="version">null for all of them</param>
    /// <exception cref="RunException">it is not held, or answers requests</exception>
    public void Unload(string model, int? version)
    {
        lock (gate)
        {
            var holdings = Of(model, version);
            foreach (var holding in holdings.Where(h => h.Loaded is { IsAsleep: false }))
                if (holding.State != PlacementState.Ready || holding.Work is not null || holding.Loaded!.Idle < LeastIdle)
                    throw new RunException(RunFault.InUse, $"Version {holding.Assignment.Version} is in use: it answered within the last {LeastIdle.TotalSeconds:0.#} s, or is on its way in or out.");
            foreach (var holding in holdings.Where(h => h.Loaded is { IsAsleep: false }))
                Sleep(holding);
        }
    }

    /// <summary>Brings the versions of a model into memory, trying again what failed; ends when they are there.</summary>
    /// <exception cref="RunException">it is not held, or cannot be loaded</exception>
    public async Task LoadAsync(string model, int? version, CancellationToken ct)
    {
        (Holding Of, int Attempts)[] asked;
        lock (gate)
        {
            var holdings = Of(model, version);
            // Counted before they are tried again: a try may be over before this goes on.
            asked = Array.ConvertAll(holdings, holding => (holding, holding.Attempts));
            foreach (var holding in holdings.Where(h => h is { State: PlacementState.Failed or PlacementState.Pending, Work: null }))
                holding.RetryAt = time.GetUtcNow();
        }
        wake.Release();
        foreach (var (holding, attempts) in asked)
            await LoadAsync(holding, attempts, ct);
    }

    private async Task LoadAsync(Holding holding, int attempts, CancellationToken ct)
    {
        for (var until = time.GetUtcNow() + options.RunTime; ;)
        {
            LoadedVersion? asleep;
            lock (gate)
            {
                if (holding.State == PlacementState.Ready && holding.Loaded is { IsAsleep: false })
                    return;
                if (holding is { State: PlacementState.Failed, Work: null } && holding.Attempts > attempts)
                    throw new RunException(RunFault.Unavailable, $"Version {holding.Assignment.Version} cannot be loaded: {holding.Failure?.Message}");
                asleep = holding.State == PlacementState.Ready ? holding.Loaded : null;
            }
            if (time.GetUtcNow() > until)
                throw new RunException(RunFault.TimedOut, $"Version {holding.Assignment.Version} was not loaded within {options.RunTime.TotalSeconds:0.###} seconds.");
            if (asleep is not null)
                await WakeAsync(asleep, options.RunTime, options.RunTime, ct);
            else
                await Task.Delay(Pause, time, ct);
        }
    }

    private Holding[] Of(string model, int? version)
    {
        Holding[] found = [.. held.Values.Where(h => h.Assignment.Model == model && (version is null || h.Assignment.Version == version))];
        return found.Length > 0 ? found
            : throw new RunException(RunFault.NotHeld, "The control plane does not assign that model to this node; promote it into an environment instead.");
    }

    private static RepositoryEntry Entry(Holding holding)
    {
        var (state, reason) = holding.State switch
        {
            PlacementState.Ready when holding.Loaded is { IsAsleep: true } => ("UNAVAILABLE", "unloaded; the next request loads it"),
            PlacementState.Ready => ("READY", ""),
            PlacementState.Draining => ("UNLOADING", "no longer assigned"),
            PlacementState.Failed => ("UNAVAILABLE", holding.Failure?.Message ?? "failed"),
            _ => ("LOADING", holding.State.ToString().ToLowerInvariant()),
        };
        return new RepositoryEntry(holding.Assignment.Model, holding.Assignment.Version, state, reason);
    }
}
