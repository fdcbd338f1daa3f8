using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Environments;

public sealed partial record FreezePolicy
{
    public Refusal? Check()
    {
        if (Weekly.Count + Dated.Count is 0 or > MaxWindows)
            return new InvalidInput("policy.freeze", $"1 to {MaxWindows} windows; leave it out for none");
        string[] names = [.. Weekly.Select(w => w.Name), .. Dated.Select(d => d.Name)];
        if (names.Select(n => EntityName.NotASimpleName("policy.freeze.name", n)).FirstOrDefault(r => r is not null) is { } refusal)
            return refusal;
        if (names.Distinct().Count() != names.Length)
            return new InvalidInput("policy.freeze.name", "each name once");
        if (Dated.Any(d => d.Until <= d.From))
            return new InvalidInput("policy.freeze.dated.until", "after its from");
        return Weekly.Select(Check).FirstOrDefault(r => r is not null);
    }

    private static Refusal? Check(WeeklyFreeze window)
    {
        if (window.Days.Count == 0)
            return new InvalidInput("policy.freeze.weekly.days", "at least one day");
        if (Parsed(window.From) is null)
            return new InvalidInput("policy.freeze.weekly.from", "a time of day, HH:mm");
        if (Parsed(window.To) is null)
            return new InvalidInput("policy.freeze.weekly.to", "a time of day, HH:mm");
        return window.TimeZone.Length is > 0 and <= Limits.Name && TimeZoneInfo.TryFindSystemTimeZoneById(window.TimeZone, out _)
            ? null
            : new InvalidInput("policy.freeze.weekly.timeZone", "an IANA time zone, such as Europe/Berlin or UTC");
    }
}
