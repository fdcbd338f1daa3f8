using System.Collections.Concurrent;
using ModelHub.Protocol;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Recording;

/// <summary>All endpoints that ever were in the ledger since this router started; their counts outlive the tables that name them.</summary>
internal sealed class LedgerTaps
{
    private readonly ConcurrentDictionary<Guid, LedgerTap> taps = [];

    public ICollection<LedgerTap> All => taps.Values;

    public LedgerRule Under(Guid endpoint, RouteLedger rule)
    {
        var tap = taps.GetOrAdd(endpoint, id => new LedgerTap(id));
        return new LedgerRule(rule, tap, new Sampling(rule.Share * 100, tap.Turns));
    }
}

/// <summary>The rule in force for an endpoint's requests.</summary>
internal sealed class LedgerRule(RouteLedger rule, LedgerTap tap, Sampling sampling)
{
    public LedgerTap Tap => tap;

    public int Bytes { get; } = Math.Min(rule.Bytes, PredictionRecord.MostBytes);

    public Privacy Privacy { get; } = new(rule);

    /// <summary>Whether a request that ended with this status is to be told. Takes no lock and no memory.</summary>
    public bool Takes(int status) => status >= 400 || (sampling.Next() && tap.IsWithin(rule.PerSecond));
}
