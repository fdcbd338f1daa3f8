namespace ModelHub.Domain.Predictions;

/// <summary>How much of an endpoint's requests is in the ledger, of the last month or as long as it is kept.</summary>
/// <param name="Sampled">Requests that were to be kept.</param>
/// <param name="Stored">Those of them that are.</param>
/// <param name="Dropped">Those of them that a router had no room for.</param>
/// <param name="Labels">Labels that arrived, duplicates and corrections too.</param>
/// <param name="PendingLabels">Those of them whose prediction is not written down.</param>
public sealed record LedgerTotals(long Sampled, long Stored, long Dropped, long Labels, long PendingLabels)
{
    public static readonly LedgerTotals None = new(0, 0, 0, 0, 0);

    /// <summary>Wherever on the way that happened, at the router or after it.</summary>
    public long Lost => Sampled - Stored;
}
