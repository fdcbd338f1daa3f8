using ModelHub.Database.Conventions;

namespace ModelHub.Database.Monitoring;

/// <summary>The days of the tables of monitors: what routers counted, and what it was judged to be.</summary>
public static class MonitorPartitions
{
    /// <summary>For how long sketches can be judged anew, or be chosen as a baseline.</summary>
    public static readonly TimeSpan SketchesKept = TimeSpan.FromDays(8);

    /// <summary>For how long judged figures can be looked at.</summary>
    public static readonly TimeSpan ValuesKept = TimeSpan.FromDays(90);

    private static readonly DayPartitions Sketches = new("sketch_windows");
    private static readonly DayPartitions Values = new("monitor_values");

    public static async Task EnsureAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        await Sketches.EnsureAsync(db, now, ct);
        await Values.EnsureAsync(db, now, ct);
    }

    /// <returns>how many days were dropped</returns>
    public static async Task<int> DropOldAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        await WriteOutcomes.DropAsync(db, now - ValuesKept, ct);
        return await Sketches.DropAsync(db, now - SketchesKept, ct) + await Values.DropAsync(db, now - ValuesKept, ct);
    }
}
