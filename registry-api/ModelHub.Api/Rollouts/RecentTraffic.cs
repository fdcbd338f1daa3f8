using System.Collections.Concurrent;
using ModelHub.Protocol;

namespace ModelHub.Api.Rollouts;

/// <summary>What routers counted for a variant in the last minute.</summary>
/// <param name="Requests">All requests, the failed ones too.</param>
/// <param name="Errors">Requests that the endpoint failed; a caller's bad request is none.</param>
/// <param name="P50Ms">Milliseconds; null without requests.</param>
/// <param name="Since">Begin of the oldest window counted.</param>
internal sealed record TrafficWindow(long Requests, long Errors, double? P50Ms, double? P99Ms, DateTimeOffset Since);

/// <summary>
/// The measurements that reached this process in the last minute, in memory: figures to look at, not evidence.
/// Each router's window counts once; what is older than a minute is dropped with the next look.
/// </summary>
internal sealed class RecentTraffic(TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);
    private const int MaxVariants = 10_000;

    private readonly ConcurrentDictionary<VariantId, ConcurrentDictionary<(Guid Router, Guid Node, DateTimeOffset Start), Measurement>> variants = new();

    public void Add(Guid router, Measurements measurements)
    {
        foreach (var item in measurements.Items)
        {
            if (variants.Count >= MaxVariants && !variants.ContainsKey(VariantId.From(item.VariantId)))
                return;
            var windows = variants.GetOrAdd(VariantId.From(item.VariantId), _ => new());
            windows[(router, item.NodeId, measurements.Window.Start)] = item;
            Drop(windows);
        }
    }

    public TrafficWindow? Of(VariantId variant)
    {
        if (!variants.TryGetValue(variant, out var windows))
            return null;
        Drop(windows);
        var recent = windows.ToArray();
        if (recent.Length == 0)
            return null;
        var latency = recent.Aggregate(LatencySketch.Empty, (sum, one) => sum.Merge(one.Value.Latency));
        return new TrafficWindow(
            recent.Sum(one => one.Value.Requests), recent.Sum(one => one.Value.Errors.OfEndpoint),
            latency.Quantile(0.5), latency.Quantile(0.99), recent.Min(one => one.Key.Start));
    }

    private void Drop(ConcurrentDictionary<(Guid, Guid, DateTimeOffset Start), Measurement> windows)
    {
        var before = time.GetUtcNow() - Span;
        foreach (var key in windows.Keys.Where(key => key.Start < before))
            windows.TryRemove(key, out _);
    }
}
