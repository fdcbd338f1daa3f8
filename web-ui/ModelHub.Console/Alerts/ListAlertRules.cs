using System.Text.Json.Serialization;
using ModelHub.Console.Access;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Alerts;

internal static class ListAlertRules
{
    public static readonly Operation<NoVariables, ListAlertRulesData> Operation = new(
        "ListAlertRules",
        Documents.ListAlertRules,
        GraphJson.Default.GraphRequestNoVariables,
        GraphJson.Default.GraphResponseListAlertRulesData);
}

public sealed record ListAlertRulesData(Nodes<AlertRuleRow> AlertRules, Nodes<SilenceRow> Silences, Me Me);

public sealed record AlertRuleRow(
    string Name, string Severity, bool Enabled, string? Description, long Revision,
    [property: JsonConverter(typeof(NameOf))] string? Model, [property: JsonConverter(typeof(NameOf))] string? Environment, AlertConditionRow Condition)
{
    public string Place => $"{Model ?? "every model"} in {Environment ?? "every environment"}";
}

public sealed record AlertConditionRow(
    string Measure, string? Column, string? Segment, string Comparison, double? Limit, double? ResolveLimit, double? Significance, string Aggregate, long MinimumSamples,
    string Window, string For, string KeepFiring, string? AbsentFor)
{
    public string Words => $"{Comparison.ToLowerInvariant()} {(Limit is { } limit ? Elements.Show.Number(limit) : "the monitor's limit")}";
}

public sealed record SilenceRow(
    string Id, string Why, DateTimeOffset Until, string CreatedBy, string? Measure, string? Column, [property: JsonConverter(typeof(NameOf))] string? Rule,
    [property: JsonConverter(typeof(NameOf))] string? Model, [property: JsonConverter(typeof(NameOf))] string? Environment)
{
    public string Matches => string.Join(", ", new[] { Rule, Model, Environment, Measure, Column }.OfType<string>());
}
