using System.Globalization;
using ModelHub.Console.Elements;

namespace ModelHub.Console.Environments;

/// <summary>One thing that a policy asks for, or grants.</summary>
internal sealed record PolicyLine(string Name, IReadOnlyList<string> Texts);

/// <summary>A policy as one would tell it to a colleague.</summary>
internal static class PolicyWords
{
    public static IReadOnlyList<PolicyLine> Of(PolicyRules rules) =>
    [
        new("Always", ["the artifact verified and scanned; callers of the live version can stay as they are"]),
        .. Line("Comes from", Origin(rules)),
        .. Line("Checks", [.. (rules.RequiredChecks ?? []).Select(check => $"{check} must have passed")]),
        .. Line("Against the live version", [.. (rules.MetricGates ?? []).Select(Gate)]),
        .. Line("Metrics", [.. (rules.MetricLimits ?? []).Select(Limit)]),
        .. Line("Data", rules.MaxDataAge is { } age ? [$"the newest at most {Spans.Words(age)} old"] : []),
        .. Line("Shadow test", rules.ShadowTest is { } test ? [$"passed against the live version at most {Spans.Words(test.MaxAge)} ago"] : []),
        new("Approvals", [Approvals(rules)]),
        .. Line("Freezes", Freezes(rules.Freeze)),
        new("Rollout", [PlanWords.Of(rules.DefaultPlan)]),
        new("Watched", [Watch(rules.Watch)]),
    ];

    /// <summary>Of a window that holds or comes: what it does to promotions.</summary>
    public static string Action(string? action) => action == "REFUSE" ? "nobody may ask for a promotion" : "promotions go as far as their approvals; traffic waits";

    private static PolicyLine[] Line(string name, IReadOnlyList<string> texts) => texts.Count == 0 ? [] : [new(name, texts)];

    private static string[] Origin(PolicyRules rules) =>
        rules.FromEnvironmentBefore ? ["live in the environment before first"]
        : rules.PromotionFrom is { } from ? [$"live in {from} first"]
        : [];

    private static string Approvals(PolicyRules rules)
    {
        if (rules.Approvals == 0)
            return "none asked for";
        var people = rules.Approvals == 1 ? "1 person, never the requester" : $"{rules.Approvals} people, never the requester";
        string[] whose =
        [
            .. (rules.Approvers?.Roles ?? []).Select(role => $"whoever has the role {role.ToLowerInvariant()} there"),
            .. (rules.Approvers?.Names ?? []).Select(Who.Words),
        ];
        return whose.Length == 0 ? $"{people}; whoever may approve there" : $"{people}; only {Or(whose)}";
    }

    private static string Or(string[] whose) => whose is [.. { Length: > 0 } others, var last] ? $"{string.Join(", ", others)} or {last}" : whose[0];

    private static string Gate(GateRule gate) => gate.Margin switch
    {
        0 => $"{gate.Metric} at least as good",
        > 0 => $"{gate.Metric} at least {PlanWords.Number(gate.Margin)} {(gate.Direction == "LOWER_IS_BETTER" ? "lower" : "higher")}",
        _ => $"{gate.Metric} at most {PlanWords.Number(-gate.Margin)} {(gate.Direction == "LOWER_IS_BETTER" ? "higher" : "lower")}",
    };

    private static string Limit(LimitRule limit) => limit switch
    {
        { Min: { } min, Max: { } max } => $"{limit.Metric} from {PlanWords.Number(min)} to {PlanWords.Number(max)}",
        { Min: { } min } => $"{limit.Metric} at least {PlanWords.Number(min)}",
        { Max: { } max } => $"{limit.Metric} at most {PlanWords.Number(max)}",
        _ => $"{limit.Metric} stated",
    };

    private static string[] Freezes(FreezeRules? freeze) => freeze is null ? [] :
    [
        .. (freeze.Weekly ?? []).Select(w => $"{w.Name}: {string.Join(", ", (w.Days ?? []).Select(Day))} from {w.From} to {w.To}{(string.CompareOrdinal(w.To, w.From) <= 0 ? " of the next day" : "")}, {w.TimeZone}"),
        .. (freeze.Dated ?? []).Select(d => $"{d.Name}: {Moment(d.From)} to {Moment(d.Until)}"),
        $"meanwhile {Action(freeze.Action)}",
    ];

    private static string Watch(WatchRules? watch) => watch is null
        ? "not watched once it is live"
        : $"for {Spans.Words(watch.Time)}: {string.Join(", ", PlanWords.Limits(watch.Limits ?? new Dictionary<string, decimal?>()))}; else all traffic goes back";

    private static string Day(string day) => day.Length < 3 ? day : day[..1] + day[1..3].ToLowerInvariant();

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
