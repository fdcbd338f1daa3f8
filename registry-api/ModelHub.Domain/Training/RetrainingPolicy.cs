using ModelHub.Domain.Basics;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Domain.Training;

/// <summary>When it is time, by the clocks of a time zone.</summary>
/// <param name="Cron">As Quartz reads it, seconds first: <c>0 0 3 ? * MON</c> is Mondays at three.</param>
/// <param name="TimeZone">IANA: <c>Europe/Berlin</c>, <c>UTC</c>.</param>
public sealed record CronSchedule(string Cron, string TimeZone)
{
    public override string ToString() => $"{Cron} {TimeZone}";
}

/// <summary>What makes a pipeline run by itself, and what holds it back.</summary>
/// <param name="Schedule">Null: no time of its own.</param>
/// <param name="OnNewData">When a new version of its dataset is ready.</param>
/// <param name="OnAlerts">Measures such as <c>drift.psi</c>, or the beginning of some such as <c>drift.*</c>: a firing alert on one of them at any endpoint of the model.</param>
/// <param name="Cooldown">From the end of a run to the next.</param>
/// <param name="RunsPerWeek">At most so many are asked for within any seven days.</param>
/// <param name="BreakAfter">So many challengers in a row that failed, and none is made any more until a person says so.</param>
public sealed record RetrainingPolicy(
    CronSchedule? Schedule,
    bool OnNewData,
    IReadOnlyList<string> OnAlerts,
    TimeSpan Cooldown,
    int RunsPerWeek = RetrainingPolicy.UsualRuns,
    int BreakAfter = RetrainingPolicy.UsualFailures)
{
    public const int UsualRuns = 7;
    public const int UsualFailures = 3;
    public const int MostRuns = 1_000;
    public const int MostFailures = 100;
    public const int MostAlerts = 20;
    public static readonly TimeSpan UsualCooldown = TimeSpan.FromHours(1);
    public static readonly TimeSpan LongestCooldown = TimeSpan.FromDays(90);
    public static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>How challengers are measured against the champion; null: only by their trainer.</summary>
    public EvaluationRule? Evaluation { get; init; }

    /// <summary>Null: a challenger that is better is registered, and no more.</summary>
    public PromotionRule? Promote { get; init; }

    /// <summary>Null: it trains on the newest version of its dataset.</summary>
    public LedgerRule? Ledger { get; init; }

    public bool IsStartedBy(string measure) => OnAlerts.Any(pattern => EventPattern.Matches(pattern, measure));

    public Refusal? Check()
    {
        if (Cooldown < TimeSpan.Zero || Cooldown > LongestCooldown)
            return new InvalidInput("triggers.cooldown", $"0s to {Durations.Write(LongestCooldown)}");
        if (RunsPerWeek is < 1 or > MostRuns)
            return new InvalidInput("triggers.runsPerWeek", $"1 to {MostRuns}");
        if (BreakAfter is < 1 or > MostFailures)
            return new InvalidInput("triggers.breakAfter", $"1 to {MostFailures}");
        if (OnAlerts.Count > MostAlerts || OnAlerts.Distinct().Count() != OnAlerts.Count)
            return new InvalidInput("triggers.onAlerts", $"at most {MostAlerts}, each once");
        if (OnAlerts.Any(pattern => !IsPattern(pattern)))
            return new InvalidInput("triggers.onAlerts", "measures such as drift.psi or quality.*");
        if (Promote is not null && Evaluation is null)
            return new InvalidInput("triggers.promote", "only with an evaluation: nothing else says that a challenger is better");
        return (Schedule is null ? null : Check(Schedule)) ?? Evaluation?.Check() ?? Promote?.Check() ?? Ledger?.Check();
    }

    private static InvalidInput? Check(CronSchedule schedule)
    {
        if (schedule.Cron.Length is 0 or > Limits.Name)
            return new InvalidInput("triggers.schedule.cron", $"1 to {Limits.Name} characters");
        return schedule.TimeZone.Length is > 0 and <= Limits.Name && TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out _)
            ? null
            : new InvalidInput("triggers.schedule.timeZone", "an IANA time zone, such as Europe/Berlin or UTC");
    }

    private static bool IsPattern(string pattern) =>
        pattern.Length is > 0 and <= Limits.Name
        && pattern.Split('.') is { Length: >= 2 } parts
        && parts.Select((part, i) => part == "*" ? i == parts.Length - 1 : part.Length > 0 && part.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_')).All(good => good);
}
