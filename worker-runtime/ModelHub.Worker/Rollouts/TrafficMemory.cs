using System.Collections.Concurrent;
using ModelHub.Database;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Worker.Rollouts;

/// <summary>
/// Sums of windows that cannot change any more, so that a stage of days is judged each second by reading its last minutes. It is
/// only a shortcut: a worker that starts anew reads everything once and comes to the same sums.
/// </summary>
internal sealed class TrafficMemory
{
    /// <summary>A minute that ended so long before the newest window gets no more of them.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private const int Most = 256;

    private readonly ConcurrentDictionary<PromotionId, Known> known = new();

    /// <summary>How whole the windows of each router are since that moment.</summary>
    public async Task<IReadOnlyList<RouterCoverage>> CoverageAsync(ModelHubDb db, PromotionId promotion, DateTimeOffset since, CancellationToken ct)
    {
        var of = Of(promotion, since);
        var looked = of.Looked - Overlap > since ? of.Looked - Overlap : since;
        var seen = await ReadTraffic.CoverageAsync(db, looked, ct);
        foreach (var router in seen)
            if (router.From > looked || !of.From.ContainsKey(router.Router)) of.From[router.Router] = router.From;
        if (seen.Count > 0) of.Looked = seen.Min(router => router.Until);
        return [.. seen.Select(router => router with { From = of.From[router.Router] })];
    }

    /// <summary>What was counted since <paramref name="from"/>, at or after <paramref name="since"/>, and the windows of the last seconds by themselves.</summary>
    public async Task<(ILookup<Guid, TrafficSum> Whole, IReadOnlyList<SeenWindow> Last)> SumAsync(
        ModelHubDb db, PromotionId promotion, IReadOnlyCollection<Guid> variants, DateTimeOffset since, DateTimeOffset from, CancellationToken ct)
    {
        var of = Of(promotion, since);
        var last = await ReadTraffic.WindowsAsync(db, variants, since, of.Summed, DateTimeOffset.MaxValue, ct);
        Settle(of, last);
        var whole = of.Minutes.Where(minute => minute.Key >= from || from <= since).SelectMany(minute => minute.Value).ToList();
        var open = last.Where(window => window.Start >= of.Summed && window.End > from);
        // The minute in which windows began anew after a gap counts in part.
        var part = from > since && Floor(from) < of.Summed ? await ReadTraffic.WindowsAsync(db, variants, from, Floor(from), Floor(from) + Minute, ct) : [];
        return (whole.Concat(open.Concat(part).Select(window => KeyValuePair.Create(window.Variant, window.Sum))).ToLookup(sum => sum.Key, sum => sum.Value), last);
    }

    private static void Settle(Known of, IReadOnlyList<SeenWindow> windows)
    {
        if (windows.Count == 0) return;
        var settled = Floor(windows.Max(window => window.End) - Settled);
        foreach (var minute in windows.Where(window => window.Start < settled).GroupBy(window => Floor(window.Start)))
            of.Minutes[minute.Key] = minute.GroupBy(window => window.Variant).ToDictionary(g => g.Key, g => g.Aggregate(TrafficSum.None, (sum, next) => sum.Plus(next.Sum)));
        if (settled > of.Summed) of.Summed = settled;
    }

    private Known Of(PromotionId promotion, DateTimeOffset since)
    {
        if (known.Count > Most) known.Clear();
        return known.AddOrUpdate(promotion, _ => new Known(since), (_, present) => present.Since == since ? present : new Known(since));
    }

    private static DateTimeOffset Floor(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % Minute.Ticks, TimeSpan.Zero);

    /// <summary>Used by the one loop that judges.</summary>
    private sealed class Known(DateTimeOffset since)
    {
        public DateTimeOffset Since { get; } = since;

        /// <summary>Until when every router's windows were looked at.</summary>
        public DateTimeOffset Looked { get; set; } = since;

        /// <summary>By router: begin of its windows since which none is missing.</summary>
        public Dictionary<Guid, DateTimeOffset> From { get; } = [];

        /// <summary>Sums by minute and variant of all windows that began before <see cref="Summed"/>.</summary>
        public Dictionary<DateTimeOffset, Dictionary<Guid, TrafficSum>> Minutes { get; } = [];

        public DateTimeOffset Summed { get; set; } = Floor(since - Minute);
    }
}
