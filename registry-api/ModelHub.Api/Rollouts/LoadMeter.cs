using System.Collections.Concurrent;
using ModelHub.Protocol;

namespace ModelHub.Api.Rollouts;

/// <summary>What one router saw of one variant in one of the steps of <see cref="VariantLoad.Seconds"/>.</summary>
internal readonly record struct Load(Guid Variant, Guid Router, DateTimeOffset At, long Requests, double Outstanding, double? P99Ms);

/// <summary>Adds up the windows that reach this process, step by step. A window that is sent twice counts once.</summary>
internal sealed class LoadMeter
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(VariantLoad.Seconds);

    private readonly ConcurrentDictionary<(Guid Router, DateTimeOffset Start), Measurements> windows = new();

    public static DateTimeOffset StepOf(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % Step.Ticks, TimeSpan.Zero);

    public void Add(Guid router, Measurements measured) => windows[(router, measured.Window.Start)] = measured;

    /// <summary>
    /// The loads of the steps before <paramref name="until"/>, whose windows are forgotten. The last of these steps is told for every variant
    /// and router given, an earlier one only where a window came late.
    /// </summary>
    /// <param name="routers">A router that is connected and told nothing had nothing to tell.</param>
    public IReadOnlyList<Load> Take(IReadOnlyCollection<Guid> variants, IReadOnlyCollection<Guid> routers, DateTimeOffset until)
    {
        var wanted = variants.ToHashSet();
        var taken = new List<(Guid Router, DateTimeOffset Step, Measurement Item)>();
        foreach (var key in windows.Keys.Where(k => k.Start < until))
            if (windows.TryRemove(key, out var window))
                taken.AddRange(window.Items.Where(i => wanted.Contains(i.VariantId)).Select(i => (key.Router, StepOf(key.Start), i)));
        var seen = taken.GroupBy(t => (t.Item.VariantId, t.Router, t.Step)).ToDictionary(g => g.Key, g => LoadOf(g.Key.VariantId, g.Key.Router, g.Key.Step, g.Select(t => t.Item)));
        var idle = from variant in wanted from router in routers let key = (variant, router, until - Step) where !seen.ContainsKey(key) select new Load(variant, router, until - Step, 0, 0, null);
        return [.. seen.Values, .. idle];
    }

    private static Load LoadOf(Guid variant, Guid router, DateTimeOffset at, IEnumerable<Measurement> items)
    {
        var all = items.ToList();
        var latency = all.Aggregate(LatencySketch.Empty, (sum, item) => sum.Merge(item.Latency));
        return new Load(variant, router, at, all.Sum(i => i.Requests), latency.SumMs / 1000 / VariantLoad.Seconds, latency.Quantile(0.99));
    }
}
