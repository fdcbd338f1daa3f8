using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;

namespace ModelHub.Domain.Rollouts;

public readonly record struct PlacementId(Guid Value) : IId<PlacementId>
{
    public static PlacementId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static PlacementId From(Guid value) => new(value);
}

public enum PlacementState
{
    Pending,
    Fetching,
    Loading,
    Warming,
    Ready,
    Draining,
    Failed,
}

public sealed record PlacementFailure(string Reason, string Message, DateTimeOffset At);

/// <summary>
/// Endpoint E wants version V on node N, and what the node says of it. Keyed by the endpoint too, so that one endpoint
/// letting go of a version never unloads it under another.
/// </summary>
public sealed class Placement
{
    private Placement()
    {
    }

    public PlacementId Id { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public Endpoint Endpoint { get; private set; } = null!;

    public VersionId VersionId { get; private set; }

    public Models.Version Version { get; private set; } = null!;

    public NodeId NodeId { get; private set; }

    public InferenceNode Node { get; private set; } = null!;

    /// <summary>False: the node may drop it. The row goes when the node no longer reports it.</summary>
    public bool Wanted { get; private set; }

    public PlacementState State { get; private set; }

    /// <summary>The number of the routing table from which on it gets no traffic; null while it may. It is let go once every live router obeys that table.</summary>
    public long? RetiredAtRoutes { get; private set; }

    public PlacementFailure? LastFailure { get; private set; }

    public long MemoryBytes { get; private set; }

    public long LoadedMs { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public static Placement Want(EndpointId endpoint, VersionId version, NodeId node, DateTimeOffset now) =>
        new() { Id = PlacementId.New(now), EndpointId = endpoint, VersionId = version, NodeId = node, Wanted = true, UpdatedAt = now };

    /// <summary>Of what was let go nobody knows whether it is still loaded, until the node says so.</summary>
    public void WantAgain(DateTimeOffset now) =>
        (State, Wanted, RetiredAtRoutes, UpdatedAt) = (Wanted ? State : PlacementState.Pending, true, null, now);

    public void Retire(long routesRevision, DateTimeOffset now) => (RetiredAtRoutes, UpdatedAt) = (routesRevision, now);

    public void LetGo(DateTimeOffset now) => (Wanted, UpdatedAt) = (false, now);

    /// <summary>What the node reported.</summary>
    public void Observe(PlacementState state, PlacementFailure? failure, long memoryBytes, long loadedMs, DateTimeOffset now)
    {
        State = state;
        LastFailure = failure ?? LastFailure;
        MemoryBytes = memoryBytes;
        LoadedMs = loadedMs;
        UpdatedAt = now;
    }
}
