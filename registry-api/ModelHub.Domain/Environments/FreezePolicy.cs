using System.Globalization;

namespace ModelHub.Domain.Environments;

public enum FreezeAction
{
    /// <summary>A promotion may be asked for and goes as far as its approvals; traffic waits for the end of the freeze.</summary>
    Wait,

    /// <summary>Nobody may ask meanwhile; what was asked for before waits.</summary>
    Refuse,
}

/// <summary>Every week: on these days from one time of day to another, by the clocks of a time zone.</summary>
/// <param name="Days">On which it begins.</param>
/// <param name="From"><c>HH:mm</c></param>
/// <param name="To"><c>HH:mm</c>; not after <paramref name="From"/> means on the next day, so equal times are a whole day.</param>
/// <param name="TimeZone">IANA: <c>Europe/Berlin</c>, <c>UTC</c>.</param>
public sealed record WeeklyFreeze(string Name, IReadOnlyList<DayOfWeek> Days, string From, string To, string TimeZone);

/// <summary>Once: a release stop, the end of a year.</summary>
/// <param name="Until">The first moment after it.</param>
public sealed record DatedFreeze(string Name, DateTimeOffset From, DateTimeOffset Until);

/// <summary>A freeze that holds now.</summary>
/// <param name="Until">When it ends; null when that cannot be told.</param>
public sealed record Freezing(string Name, DateTimeOffset? Until, FreezeAction Action)
{
    public override string ToString() =>
        Until is { } until ? $"the freeze {Name} until {until.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC" : $"the freeze {Name}";
}

/// <summary>When no traffic moves to a new version. Rollbacks move it always.</summary>
public sealed partial record FreezePolicy(IReadOnlyList<WeeklyFreeze> Weekly, IReadOnlyList<DatedFreeze> Dated, FreezeAction Action = FreezeAction.Wait)
{
    public const int MaxWindows = 50;

    private const string TimeOfDay = "HH:mm";

    /// <summary>The freeze that ends last of those that hold now; null when none does.</summary>
    public Freezing? At(DateTimeOffset now) =>
        Holding(now).OrderByDescending(f => f.Until ?? DateTimeOffset.MaxValue).FirstOrDefault();

    private IEnumerable<Freezing> Holding(DateTimeOffset now) =>
    [
        .. Dated.Where(d => d.From <= now && now < d.Until).Select(d => new Freezing(d.Name, d.Until, Action)),
        .. Weekly.Select(w => Holding(w, now)).OfType<Freezing>(),
    ];

    /// <summary>A zone whose rules are not there freezes: nobody could say that it does not.</summary>
    private Freezing? Holding(WeeklyFreeze window, DateTimeOffset now)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(window.TimeZone, out var zone))
            return new Freezing($"{window.Name} (the time zone {window.TimeZone} is not known here)", null, Action);

        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        // Friday 22:00 to 06:00, asked on Saturday at 05:00: the window that holds began yesterday.
        foreach (var day in (DateTime[])[today, today.AddDays(-1)])
            if (window.Days.Contains(day.DayOfWeek) && ToUtc(day + From(window), zone) <= now && ToUtc(day + From(window) + Length(window), zone) is var end && now < end)
                return new Freezing(window.Name, end, Action);
        return null;
    }

    private static TimeSpan From(WeeklyFreeze window) => Parsed(window.From)!.Value.ToTimeSpan();

    private static TimeSpan Length(WeeklyFreeze window)
    {
        var length = Parsed(window.To)!.Value.ToTimeSpan() - From(window);
        return length > TimeSpan.Zero ? length : length + TimeSpan.FromDays(1);
    }

    /// <summary>A time that the clocks skip in spring is taken as the one an hour later, one that they show twice in autumn as the second.</summary>
    private static DateTimeOffset ToUtc(DateTime local, TimeZoneInfo zone)
    {
        var real = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        return new DateTimeOffset(real, zone.GetUtcOffset(real)).ToUniversalTime();
    }

    private static TimeOnly? Parsed(string time) =>
        TimeOnly.TryParseExact(time, TimeOfDay, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : null;
}
