using ModelHub.Database.Conventions;

namespace ModelHub.Database.Rollouts;

/// <summary>The days of the tables of traffic windows: made before they begin, dropped whole when nobody judges them any more.</summary>
public static class TrafficPartitions
{
    /// <summary>For how long windows can be looked at; verdicts keep the sums they were judged on for ever.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(8);

    private static readonly DayPartitions Days = new("traffic_windows", "router_windows");

    /// <inheritdoc cref="DayPartitions.EnsureAsync"/>
    public static Task EnsureAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct) => Days.EnsureAsync(db, now, ct);

    /// <returns>how many days were dropped</returns>
    public static Task<int> DropOldAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct) => Days.DropAsync(db, now - Kept, ct);
}
