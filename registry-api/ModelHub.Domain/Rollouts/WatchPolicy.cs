using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Rollouts;

/// <summary>For how long a version is watched once it has all the traffic, and what it must keep to; a breach rolls it back.</summary>
public sealed record WatchPolicy(TimeSpan Time, StageLimits Limits)
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public Refusal? Check(string field)
    {
        if (Time < TimeSpan.FromSeconds(1) || Time > Longest)
            return new InvalidInput($"{field}.time", $"1 s to {Longest.TotalDays:0} days");
        if (Limits.IsEmpty)
            return new InvalidInput($"{field}.limits", "at least one: without a limit nothing could be judged");
        // The predecessor answers nobody while the new version is watched.
        return Limits.Relative.FirstOrDefault() is { } relative
            ? new InvalidInput($"{field}.limits.{relative}", "not while watching: no other version answers at the same time")
            : Limits.Check($"{field}.limits");
    }
}
