using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Batches;

public readonly record struct BatchPlacementId(Guid Value) : IId<BatchPlacementId>
{
    public static BatchPlacementId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static BatchPlacementId From(Guid value) => new(value);
}

/// <summary>
/// Batch run B wants its version on node N, and what the node says of it. No router sends anything there on its account, so
/// it simply goes when the run has ended; what an endpoint holds on the same node stays.
/// </summary>
public sealed class BatchPlacement
{
    private BatchPlacement()
    {
    }

    public BatchPlacementId Id { get; private set; }

    public BatchRunId BatchRunId { get; private set; }

    public BatchRun BatchRun { get; private set; } = null!;

    public VersionId VersionId { get; private set; }

    public Models.Version Version { get; private set; } = null!;

    public NodeId NodeId { get; private set; }

    public InferenceNode Node { get; private set; } = null!;

    public PlacementState State { get; private set; }

    public PlacementFailure? LastFailure { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public static BatchPlacement Want(BatchRunId run, VersionId version, NodeId node, DateTimeOffset now) =>
        new() { Id = BatchPlacementId.New(now), BatchRunId = run, VersionId = version, NodeId = node, UpdatedAt = now };

    /// <summary>What the node reported. Equal reports change nothing.</summary>
    public void Observe(PlacementState state, PlacementFailure? failure, DateTimeOffset now)
    {
        if (State == state && (failure is null || failure == LastFailure))
            return;
        (State, LastFailure, UpdatedAt) = (state, failure ?? LastFailure, now);
    }
}
