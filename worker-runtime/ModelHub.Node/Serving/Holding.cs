using ModelHub.Protocol;

namespace ModelHub.Node.Serving;

/// <summary>One version on its way in or out of this node. Changed only under the lock of <see cref="Holdings"/>.</summary>
internal sealed class Holding(Assignment assignment)
{
    public Assignment Assignment { get; } = assignment;

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

    public PlacementItem Item => new(
        Assignment.VersionId, Assignment.Model, Assignment.Version, State, Loaded?.MemoryBytes ?? 0, LoadedMs, Failure);
}
