using ModelHub.Domain.Monitoring;

namespace ModelHub.Worker.Monitoring;

/// <summary>The next window of an endpoint that is over and not judged yet.</summary>
internal readonly record struct DueWindow(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Routers tell what they counted every five seconds, as they are set at first, and it has a way to go.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    /// <summary>What was missed for longer, as with all workers down, is not caught up.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(1);

    /// <param name="judgedTo">End of the last one that was judged; null: none was yet.</param>
    /// <returns>Null when there is none.</returns>
    public static DueWindow? Of(MonitoringPolicy policy, DateTimeOffset? judgedTo, DateTimeOffset now)
    {
        var length = TimeSpan.FromSeconds(policy.WindowSeconds);
        var last = Floor(now - Grace, length);
        var next = Floor(judgedTo ?? last - length, length) + length;
        if (next < last - Oldest)
            next = Floor(last - Oldest, length);
        return next <= last ? new DueWindow(next - length, next) : null;
    }

    private static DateTimeOffset Floor(DateTimeOffset at, TimeSpan length) => new(at.UtcTicks - at.UtcTicks % length.Ticks, TimeSpan.Zero);
}
