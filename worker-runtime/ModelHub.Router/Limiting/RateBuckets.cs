using System.Collections.Concurrent;
using ModelHub.Protocol;

namespace ModelHub.Router.Limiting;

/// <summary>The buckets of keys and endpoints; they stay as full as they are when a table is replaced.</summary>
internal sealed class RateBuckets<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, RateBucket> buckets = new();

    /// <returns>null when there is no limit</returns>
    public RateBucket? Of(TKey key, RateLimit? limit)
    {
        if (limit is null)
        {
            buckets.TryRemove(key, out _);
            return null;
        }
        return buckets.AddOrUpdate(key, _ => new RateBucket(limit), (_, known) => known.Limit == limit ? known : new RateBucket(limit));
    }

    public void Keep(IReadOnlySet<TKey> keys)
    {
        foreach (var gone in buckets.Keys.Where(k => !keys.Contains(k)))
            buckets.TryRemove(gone, out _);
    }

    public RateBucket? Find(TKey key) => buckets.GetValueOrDefault(key);
}
