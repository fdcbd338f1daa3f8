using ModelHub.Domain.Training;
using Quartz;

namespace ModelHub.Worker.Training.Retraining;

/// <summary>
/// When a schedule was due. What falls into the hour that clocks skip in spring is due once, when that hour would have begun; what
/// falls into the hour that they show twice in autumn is due once, at the first reading.
/// </summary>
internal static class DueTimes
{
    /// <returns>The last time that it was due after <paramref name="after"/> and not after <paramref name="now"/>; null when it was not.</returns>
    public static DateTimeOffset? Last(CronSchedule schedule, DateTimeOffset after, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone);
        var cron = new CronExpression(schedule.Cron, zone);
        // "Before" leaves its own second out.
        var last = cron.GetPreviousValidTimeBefore(now.AddSeconds(1));
        while (last is { } again && (again > now || IsSecondReading(again, zone))) last = cron.GetPreviousValidTimeBefore(again);
        return last > after ? last : null;
    }

    private static bool IsSecondReading(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return zone.IsAmbiguousTime(local) && local.Offset == zone.GetAmbiguousTimeOffsets(local).Min();
    }
}
