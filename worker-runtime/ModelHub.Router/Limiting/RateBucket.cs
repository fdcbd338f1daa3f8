using System.Diagnostics;
using ModelHub.Protocol;

namespace ModelHub.Router.Limiting;

/// <summary>
/// A token bucket without lock or timer: the generic cell rate algorithm (ITU-T I.371) keeps only the time at which the next
/// request would be exactly on time; who is earlier than that by more than the burst allows is refused.
/// </summary>
internal sealed class RateBucket(RateLimit limit)
{
    private readonly long interval = Math.Max(1, (long)(Stopwatch.Frequency / limit.PerSecond));
    private readonly long tolerance = (long)(Stopwatch.Frequency / limit.PerSecond * (Math.Max(1, limit.Burst) - 1));
    private long due = long.MinValue;

    public RateLimit Limit => limit;

    /// <param name="now">on the clock of <see cref="Stopwatch"/></param>
    /// <returns>seconds to wait, 0 to go on</returns>
    public double Take(long now)
    {
        while (true)
        {
            var seen = Volatile.Read(ref due);
            var from = Math.Max(seen, now);
            if (from - now > tolerance)
                return (from - now - tolerance) / (double)Stopwatch.Frequency;
            if (Interlocked.CompareExchange(ref due, from + interval, seen) == seen)
                return 0;
        }
    }
}
