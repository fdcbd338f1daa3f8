using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>One version on its way in or out of this node. Changed only under the lock of <see cref="Holdings"/>.</summary>
internal sealed class Holding(Assignment assignment)
{
    public Assignment Assignment { get; private set; } = assignment;

    public PlacementState State { get; set; } = PlacementState.Pending;

    public PlacementFailure? Failure { get; set; }

    public LoadedVersion? Loaded { get; set; }

    public double LoadedMs { get; set; }

    public int Attempts { get; set; }

    /// <summary>A failed try is repeated then; null for what will not get better by itself.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>The work in progress: loading, or draining.</summary>
    public Task? Work { get; set; }

    public CancellationTokenSource? Drain { get; set; }

    /// <summary>Loads the sleeping version again.</summary>
    public Task<LoadedVersion?>? Waking { get; set; }

    /// <summary>Requests that wait for it to be loaded again.</summary>
    public int HeldRequests { get; set; }

    /// <summary>Bytes kept free for it while it is being loaded.</summary>
    public long Reserved { get; set; }

    /// <summary>What it takes of the budget now or in a moment.</summary>
    public long Bytes => Math.Max(Reserved, Loaded?.MemoryBytes ?? 0);

    /// <summary>The same version is asked for, perhaps by other rules, or more is known of its data: that holds at once.</summary>
    public void Follow(Assignment now)
    {
        Assignment = now;
        Loaded?.Follow(now);
    }

    public PlacementItem Item => new(
        Assignment.VersionId, Assignment.Model, Assignment.Version, State, Loaded?.MemoryBytes ?? 0, LoadedMs, Failure);
}
