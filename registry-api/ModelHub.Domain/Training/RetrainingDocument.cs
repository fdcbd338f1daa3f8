using System.Text.Json;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Training;

/// <summary>
/// Reads a retraining policy as people write it:
/// <c>{"schedule": {"cron": "0 0 3 ? * MON", "timeZone": "Europe/Berlin"}, "onNewData": true, "onAlerts": ["drift.*"], "cooldown": "6h", "runsPerWeek": 3, "breakAfter": 3,
/// "evaluation": {"timeColumn": "applied_at", "heldOut": 0.2, "margin": 0.005}, "promote": {"environment": "staging", "plan": "canary", "when": "better"},
/// "ledger": {"environment": "production", "window": "30d", "minimumRows": 1000}}</c>.
/// </summary>
public static class RetrainingDocument
{
    public static Result<RetrainingPolicy> Read(JsonElement json)
    {
        var fields = new StrictFields(json, "triggers");
        var policy = new RetrainingPolicy(
            fields.Has("schedule") ? Schedule(fields) : null,
            fields.Flag("onNewData"),
            fields.Has("onAlerts") ? Texts(fields, "onAlerts") : [],
            fields.Has("cooldown") ? fields.Time("cooldown") : RetrainingPolicy.UsualCooldown,
            fields.Has("runsPerWeek") ? fields.Whole("runsPerWeek") : RetrainingPolicy.UsualRuns,
            fields.Has("breakAfter") ? fields.Whole("breakAfter") : RetrainingPolicy.UsualFailures);
        policy = policy with
        {
            Evaluation = fields.Has("evaluation") ? Evaluation(fields) : null,
            Promote = fields.Has("promote") ? Promote(fields) : null,
            Ledger = fields.Has("ledger") ? Ledger(fields) : null,
        };
        return (fields.End() ?? policy.Check()) is { } refusal ? refusal : policy;
    }

    private static CronSchedule Schedule(StrictFields fields)
    {
        var inner = fields.Inner("schedule", "triggers.schedule");
        var schedule = new CronSchedule(inner.Text("cron", needed: true), inner.Text("timeZone", needed: true));
        fields.Take(inner.End());
        return schedule;
    }

    private static EvaluationRule Evaluation(StrictFields fields)
    {
        var inner = fields.Inner("evaluation", "triggers.evaluation");
        var rule = new EvaluationRule(
            Given(inner, "timeColumn"), inner.Number("heldOut") ?? EvaluationRule.UsualShare, Given(inner, "target"), Given(inner, "positiveClass"), inner.Number("margin") ?? 0);
        fields.Take(inner.End());
        return rule;
    }

    private static PromotionRule Promote(StrictFields fields)
    {
        var inner = fields.Inner("promote", "triggers.promote");
        var rule = new PromotionRule(inner.Text("environment", needed: true), Given(inner, "plan"), inner.Any("planDocument")?.GetRawText());
        if (Given(inner, "when") is not (null or "better"))
            inner.Refuse("when", "better");
        fields.Take(inner.End());
        return rule;
    }

    private static LedgerRule Ledger(StrictFields fields)
    {
        var inner = fields.Inner("ledger", "triggers.ledger");
        var rule = new LedgerRule(inner.Text("environment", needed: true), inner.Time("window"), inner.Has("minimumRows") ? inner.Whole("minimumRows") : LedgerRule.UsualRows);
        fields.Take(inner.End());
        return rule;
    }

    private static string? Given(StrictFields fields, string name) => fields.Text(name) is { Length: > 0 } text ? text : null;

    private static List<string> Texts(StrictFields fields, string name)
    {
        var texts = new List<string>();
        foreach (var item in fields.List(name))
            if (item.ValueKind == JsonValueKind.String)
                texts.Add(item.GetString()!);
            else
                fields.Refuse(name, "a list of texts");
        return texts;
    }
}
