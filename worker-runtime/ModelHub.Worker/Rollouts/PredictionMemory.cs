using System.Collections.Concurrent;
using ModelHub.Database;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Worker.Rollouts;

/// <summary>
/// What two variants said in windows that cannot change any more, so that a long stage is judged each second by reading its last minute. It is
/// only a shortcut: a worker that starts anew reads everything once and comes to the same sums.
/// </summary>
internal sealed class PredictionMemory
{
    /// <summary>A window that began so long before the newest is the last of its time.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);
    private const int Most = 256;

    private readonly ConcurrentDictionary<PromotionId, Known> known = new();

    /// <param name="from">Begin of the windows that count.</param>
    /// <returns>Null while routers have looked at no answer of either.</returns>
    public async Task<Said?> SaidAsync(ModelHubDb db, PromotionId promotion, VariantId candidate, VariantId primary, DateTimeOffset from, CancellationToken ct)
    {
        if (known.Count > Most) known.Clear();
        var of = known.AddOrUpdate(promotion, _ => new Known(candidate, primary, from), (_, present) => present.IsOf(candidate, primary, from) ? present : new Known(candidate, primary, from));
        var windows = await ReadPredictions.RunAsync(db, [candidate, primary], of.Until, ct);
        if (windows.Count > 0) of.Settle(windows, windows.Max(window => window.Start) - Settled);
        var open = windows.Where(window => window.Start >= of.Until).ToList();
        var (c, p) = (of.Sum(candidate, open), of.Sum(primary, open));
        return c.Sampled + p.Sampled == 0 ? null : new(c, p);
    }

    /// <summary>Used by the one loop that judges.</summary>
    private sealed class Known(VariantId candidate, VariantId primary, DateTimeOffset from)
    {
        private readonly (VariantId, VariantId, DateTimeOffset) of = (candidate, primary, from);
        private readonly Dictionary<VariantId, Distribution> sums = new() { [candidate] = Distribution.None, [primary] = Distribution.None };

        /// <summary>Windows that began before it are in the sums.</summary>
        public DateTimeOffset Until { get; private set; } = from;

        public bool IsOf(VariantId one, VariantId other, DateTimeOffset since) => of == (one, other, since);

        public void Settle(IReadOnlyList<SaidWindow> windows, DateTimeOffset until)
        {
            if (until <= Until) return;
            foreach (var window in windows.Where(window => window.Start < until)) sums[window.Variant] = sums[window.Variant].Merge(window.Distribution);
            Until = until;
        }

        public Distribution Sum(VariantId variant, IEnumerable<SaidWindow> open) =>
            open.Where(window => window.Variant == variant).Aggregate(sums[variant], (sum, window) => sum.Merge(window.Distribution));
    }
}
