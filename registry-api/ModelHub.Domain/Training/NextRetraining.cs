using System.Globalization;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Training;

/// <summary>What holds runs back.</summary>
public enum Guard
{
    /// <summary>Too many challengers failed in a row.</summary>
    Breaker,

    /// <summary>A run for the same model has not ended.</summary>
    OneAtATime,

    /// <summary>The last run ended too short a time ago.</summary>
    Cooldown,

    /// <summary>The runs of a week are used up.</summary>
    Budget,

    /// <summary>No version of its dataset is ready.</summary>
    NoData,
}

/// <param name="Until">When it lets go by itself; null when that cannot be told.</param>
public sealed record Held(Guard Guard, string Reason, DateTimeOffset? Until);

public abstract record RetrainingStep
{
    private RetrainingStep()
    {
    }

    /// <summary>Nobody wants a run.</summary>
    public sealed record Rest : RetrainingStep;

    /// <summary>A run is wanted and not made. The causes stay: the run comes when the guard lets go and one of them still holds.</summary>
    public sealed record Skip(Held Held) : RetrainingStep;

    public sealed record Train : RetrainingStep;
}

/// <summary>Decides whether a pipeline trains now. The same guards hold for whoever asks by hand.</summary>
public static class NextRetraining
{
    public static RetrainingStep Of(RetrainingPolicy policy, RetrainingFacts facts, DateTimeOffset now)
    {
        if (facts.Causes.Count == 0)
            return new RetrainingStep.Rest();
        var held = Hold(policy, facts.Runs, now) ?? (facts.HasData ? null : new Held(Guard.NoData, "no version of its dataset is ready", null));
        return held is null ? new RetrainingStep.Train() : new RetrainingStep.Skip(held);
    }

    /// <summary>What holds a run back; null: nothing. What only a person ends comes first, so that nobody waits for less.</summary>
    public static Held? Hold(RetrainingPolicy policy, RunFacts runs, DateTimeOffset now)
    {
        if (runs.FailedInARow >= policy.BreakAfter)
            return new(Guard.Breaker, $"{runs.FailedInARow} challengers failed in a row, the limit is {policy.BreakAfter}; a person has to look", null);
        if (runs.Running is { } running)
            return new(Guard.OneAtATime, $"a run of {running} for the same model has not ended", null);
        if (runs.LastEnded + policy.Cooldown is { } cool && cool > now)
            return new(Guard.Cooldown, $"{Durations.Write(policy.Cooldown)} after the last run, until {Utc(cool)}", cool);
        var week = runs.Requested.Where(at => at > now - RetrainingPolicy.Week).Order().ToList();
        if (week.Count < policy.RunsPerWeek)
            return null;
        // With 3 runs a week and 4 asked for on days 1, 2, 3 and 4 the next may come when that of day 2 is a week old.
        var free = week[week.Count - policy.RunsPerWeek] + RetrainingPolicy.Week;
        return new(Guard.Budget, $"{week.Count} runs within seven days, the limit is {policy.RunsPerWeek}; the next from {Utc(free)}", free);
    }

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
}
