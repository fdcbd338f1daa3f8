using System.Globalization;
using ModelHub.Domain.Environments;
using Xunit;

namespace ModelHub.Tests.Domain.Environments;

public sealed class FreezeTests
{
    private static readonly FreezePolicy Policy = new(
        [
            new("nights", [DayOfWeek.Friday], "22:00", "06:00", "Europe/Berlin"),
            new("sundays", [DayOfWeek.Sunday], "00:00", "00:00", "UTC"),
        ],
        [new("year-end", Utc("2026-12-20T00:00"), Utc("2027-01-04T00:00"))]);

    [Theory]
    // Friday 22:00 to Saturday 06:00 in Berlin is 21:00 to 05:00 UTC in winter …
    [InlineData("2026-01-02T20:59", null, null)]
    [InlineData("2026-01-02T21:00", "nights", "2026-01-03T05:00")]
    [InlineData("2026-01-03T04:59", "nights", "2026-01-03T05:00")]
    [InlineData("2026-01-03T05:00", null, null)]
    // … and 20:00 to 04:00 UTC in summer.
    [InlineData("2026-07-03T20:00", "nights", "2026-07-04T04:00")]
    [InlineData("2026-07-04T04:00", null, null)]
    // A Saturday that begins a night freezes nothing: only Fridays do.
    [InlineData("2026-01-03T22:00", null, null)]
    // Equal times are a whole day.
    [InlineData("2026-01-04T00:00", "sundays", "2026-01-05T00:00")]
    [InlineData("2026-01-04T23:59", "sundays", "2026-01-05T00:00")]
    [InlineData("2026-01-05T00:00", null, null)]
    // Of two that hold, the one that ends last.
    [InlineData("2026-12-27T12:00", "year-end", "2027-01-04T00:00")]
    [InlineData("2027-01-03T23:59", "sundays|year-end", "2027-01-04T00:00")]
    [InlineData("2027-01-04T00:00", null, null)]
    public void A_freeze_holds_by_the_clocks_of_its_zone(string at, string? name, string? until)
    {
        var freeze = Policy.At(Utc(at));

        Assert.Equal(name is not null, freeze is not null);
        if (freeze is null)
            return;
        Assert.Contains(freeze.Name, name!.Split('|'));
        Assert.Equal(Utc(until!), freeze.Until);
    }

    [Theory]
    // In Berlin the clocks of 2026 go from 02:00 to 03:00 on March 29 and from 03:00 back to 02:00 on October 25.
    [InlineData("2026-03-29T00:15", "2026-03-29T01:30")]
    [InlineData("2026-10-25T00:15", "2026-10-25T01:30")]
    public void A_night_in_which_the_clocks_change_ends_once(string during, string until)
    {
        var policy = new FreezePolicy([new("night", [DayOfWeek.Sunday], "01:00", "02:30", "Europe/Berlin")], []);

        Assert.Equal(Utc(until), policy.At(Utc(during))!.Until);
    }

    [Fact]
    public void A_zone_that_is_not_known_here_freezes()
    {
        var policy = new FreezePolicy([new("w", [DayOfWeek.Monday], "09:00", "10:00", "Mars/Olympus")], []);

        Assert.Contains("Mars/Olympus", policy.At(Utc("2026-01-01T00:00"))!.Name, StringComparison.Ordinal);
    }

    [Theory]
    // On a Friday before the night begins, in it, and after it.
    [InlineData("2026-01-02T20:59", "nights", "2026-01-02T21:00", "2026-01-03T05:00")]
    [InlineData("2026-01-02T21:00", "sundays", "2026-01-04T00:00", "2026-01-05T00:00")]
    [InlineData("2026-01-04T00:00", "nights", "2026-01-09T21:00", "2026-01-10T05:00")]
    // By the clocks of summer.
    [InlineData("2026-07-01T12:00", "nights", "2026-07-03T20:00", "2026-07-04T04:00")]
    [InlineData("2026-12-19T23:00", "sundays|year-end", "2026-12-20T00:00", null)]
    public void The_next_freeze_is_the_one_that_begins_first(string now, string name, string from, string? until)
    {
        var next = Policy.Next(Utc(now))!;

        Assert.Contains(next.Name, name.Split('|'));
        Assert.Equal(Utc(from), next.From);
        if (until is not null)
            Assert.Equal(Utc(until), next.Until);
    }

    [Fact]
    public void A_freeze_of_today_that_has_begun_comes_again_in_a_week_and_one_by_date_never()
    {
        var weekly = new FreezePolicy([new("w", [DayOfWeek.Monday], "09:00", "10:00", "UTC")], []);
        var dated = new FreezePolicy([], [new("d", Utc("2026-01-05T09:00"), Utc("2026-01-05T10:00"))]);

        Assert.Equal(Utc("2026-01-12T09:00"), weekly.Next(Utc("2026-01-05T09:30"))!.From);
        Assert.Null(dated.Next(Utc("2026-01-05T09:30")));
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text + ":00Z", CultureInfo.InvariantCulture);
}
