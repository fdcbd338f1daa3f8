namespace ModelHub.Domain.Environments;

/// <summary>A freeze that is still to begin.</summary>
/// <param name="Until">When it will end.</param>
public sealed record ComingFreeze(string Name, DateTimeOffset From, DateTimeOffset Until, FreezeAction Action);

public sealed partial record FreezePolicy
{
    /// <summary>The freeze that begins next; null when none will.</summary>
    public ComingFreeze? Next(DateTimeOffset now) =>
        Dated.Where(d => d.From > now).Select(d => new ComingFreeze(d.Name, d.From, d.Until, Action))
            .Concat(Weekly.Select(w => Next(w, now)).OfType<ComingFreeze>())
            .MinBy(f => f.From);

    private ComingFreeze? Next(WeeklyFreeze window, DateTimeOffset now)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(window.TimeZone, out var zone))
            return null;

        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        // Mondays at 09:00, asked on a Monday at 10:00: the next one is seven days away, so eight days are looked at.
        return Enumerable.Range(0, 8).Select(days => today.AddDays(days)).Where(day => window.Days.Contains(day.DayOfWeek))
            .Select(day => new ComingFreeze(window.Name, ToUtc(day + From(window), zone), ToUtc(day + From(window) + Length(window), zone), Action))
            .FirstOrDefault(freeze => freeze.From > now);
    }
}
