using Quartz;

namespace ModelHub.Api.Training;

/// <summary>What may be a schedule: a text that the engine of the workers reads, that fires at all and not all the time.</summary>
internal static class CronRules
{
    private const int LookedAt = 20;
    private static readonly TimeSpan Closest = TimeSpan.FromMinutes(1);

    public static Refusal? Check(CronSchedule? schedule, DateTimeOffset now)
    {
        if (schedule is null)
            return null;
        if (!CronExpression.TryParse(schedule.Cron, out var parsed))
            return new InvalidInput("triggers.schedule.cron", "seconds minutes hours day-of-month month day-of-week, with ? for one of the two days: 0 0 3 ? * MON");
        var cron = parsed.WithTimeZone(TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone));
        if (cron.GetNextValidTimeAfter(now) is not { } last)
            return new InvalidInput("triggers.schedule.cron", "a schedule that fires some day");
        for (var i = 0; i < LookedAt && cron.GetNextValidTimeAfter(last) is { } next; i++, last = next)
            if (next - last < Closest)
                return new InvalidInput("triggers.schedule.cron", "at most once a minute");
        return null;
    }
}
