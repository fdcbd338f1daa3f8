using System.Globalization;
using ModelHub.Domain.Training;
using ModelHub.Worker.Training.Retraining;
using Xunit;

namespace ModelHub.Tests.Worker.Training.Retraining;

/// <summary>The clocks of Berlin go from 2:00 to 3:00 on 29 March 2026 and from 3:00 to 2:00 on 25 October 2026.</summary>
public sealed class DueTimesTests
{
    [Theory]
    [InlineData("2026-03-28T00:00Z", "2026-03-28T12:00Z", "2026-03-28T01:30Z")]
    // 2:30 does not exist on that day: due once, at what is 3:00 by the clock.
    [InlineData("2026-03-28T12:00Z", "2026-03-29T00:59Z", null)]
    [InlineData("2026-03-28T12:00Z", "2026-03-29T12:00Z", "2026-03-29T01:00Z")]
    [InlineData("2026-03-29T01:00Z", "2026-03-30T00:00Z", null)]
    [InlineData("2026-03-29T12:00Z", "2026-03-30T12:00Z", "2026-03-30T00:30Z")]
    // 2:30 comes twice on that day: due once, the first time.
    [InlineData("2026-10-24T12:00Z", "2026-10-25T12:00Z", "2026-10-25T00:30Z")]
    [InlineData("2026-10-25T00:30Z", "2026-10-26T01:00Z", null)]
    [InlineData("2026-10-25T12:00Z", "2026-10-26T12:00Z", "2026-10-26T01:30Z")]
    public void A_daily_schedule_is_due_once_a_day_also_when_the_clocks_change(string after, string now, string? due) =>
        Assert.Equal(due is null ? null : At(due), DueTimes.Last(new CronSchedule("0 30 2 * * ?", "Europe/Berlin"), At(after), At(now)));

    [Theory]
    [InlineData("2026-03-28T12:00Z")]
    [InlineData("2026-10-24T12:00Z")]
    [InlineData("2026-07-01T12:00Z")]
    public void Over_a_change_of_the_clocks_it_is_due_as_often_as_there_are_days(string from)
    {
        var (due, schedule) = (new List<DateTimeOffset>(), new CronSchedule("0 30 2 * * ?", "Europe/Berlin"));
        var last = At(from);
        for (var now = At(from); now < At(from).AddDays(5); now = now.AddMinutes(1))
            if (DueTimes.Last(schedule, last, now) is { } at)
                due.Add(last = at);

        Assert.Equal(5, due.Count);
    }

    [Fact]
    public void Of_the_times_that_were_missed_the_last_one_counts() =>
        Assert.Equal(At("2026-05-08T10:00Z"), DueTimes.Last(new CronSchedule("0 0 * * * ?", "UTC"), At("2026-05-01T00:00Z"), At("2026-05-08T10:59Z")));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
