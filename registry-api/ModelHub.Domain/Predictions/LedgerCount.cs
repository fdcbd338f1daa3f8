using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Predictions;

/// <summary>
/// How much of an endpoint one run of a router took into the ledger and what became of it. What was taken and is not stored is lost, wherever
/// that happened.
/// </summary>
public sealed class LedgerCount
{
    private LedgerCount()
    {
    }

    /// <summary>Each start of a router is another run.</summary>
    public Guid Run { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public RouterId RouterId { get; private set; }

    /// <summary>Requests that were to be kept, since the router began.</summary>
    public long Sampled { get; private set; }

    /// <summary>Those of them that the router had no room for.</summary>
    public long Dropped { get; private set; }

    public long Stored { get; private set; }

    public DateTimeOffset BeganAt { get; private set; }

    public DateTimeOffset ToldAt { get; private set; }
}
