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
                return wanted is not null && wanted.Items.All(i => held.TryGetValue(i.VersionId, out var h) && (h.State is PlacementState.Ready or PlacementState.Failed || h.Failure is not null));
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
                Hold(assignment, ct);
            foreach (var holding in held.Values.ToArray())
                if (holding.Work is null && Array.TrueForAll(wanted.Items, i => i.VersionId != holding.Assignment.VersionId))
                    Release(holding, ct);
        }
    }

    private void Hold(Assignment assignment, CancellationToken ct)
    {
        if (!held.TryGetValue(assignment.VersionId, out var holding))
        {
            Start(held[assignment.VersionId] = new Holding(assignment), ct);
            return;
        }
        holding.Follow(assignment);
        if (holding.State is PlacementState.Failed or PlacementState.Pending && holding.Work is null && holding.RetryAt <= time.GetUtcNow())
            Start(holding, ct);
        else
            holding.Drain?.Cancel();
    }
}
