using ModelHub.Console.Graph;

namespace ModelHub.Console.Alerts;

/// <summary>What can be done about alerts; each gives the id of what was changed.</summary>
internal static class ChangeAlerts
{
    public static readonly Operation<Mutation<CreateAlertRuleInput>, CreateAlertRuleData> Create = new(
        "CreateAlertRule", Documents.CreateAlertRule, GraphJson.Default.GraphRequestMutationCreateAlertRuleInput, GraphJson.Default.GraphResponseCreateAlertRuleData);

    public static readonly Operation<Mutation<UpdateAlertRuleInput>, UpdateAlertRuleData> Update = new(
        "UpdateAlertRule", Documents.UpdateAlertRule, GraphJson.Default.GraphRequestMutationUpdateAlertRuleInput, GraphJson.Default.GraphResponseUpdateAlertRuleData);

    public static readonly Operation<Mutation<DeleteAlertRuleInput>, DeleteAlertRuleData> Delete = new(
        "DeleteAlertRule", Documents.DeleteAlertRule, GraphJson.Default.GraphRequestMutationDeleteAlertRuleInput, GraphJson.Default.GraphResponseDeleteAlertRuleData);

    public static readonly Operation<Mutation<SilenceAlertsInput>, SilenceAlertsData> Silence = new(
        "SilenceAlerts", Documents.SilenceAlerts, GraphJson.Default.GraphRequestMutationSilenceAlertsInput, GraphJson.Default.GraphResponseSilenceAlertsData);

    public static readonly Operation<Mutation<EndSilenceInput>, EndSilenceData> EndSilence = new(
        "EndSilence", Documents.EndSilence, GraphJson.Default.GraphRequestMutationEndSilenceInput, GraphJson.Default.GraphResponseEndSilenceData);

    public static readonly Operation<Mutation<AcknowledgeAlertInput>, AcknowledgeAlertData> Acknowledge = new(
        "AcknowledgeAlert", Documents.AcknowledgeAlert, GraphJson.Default.GraphRequestMutationAcknowledgeAlertInput, GraphJson.Default.GraphResponseAcknowledgeAlertData);
}

internal sealed record AlertConditionInput(
    string Measure, string? Column, string? Segment, string Comparison, double? Limit, double? ResolveLimit, double? Significance, string? Aggregate, long? MinimumSamples,
    string Window, string For, string? KeepFiring, string? AbsentFor);

internal sealed record CreateAlertRuleInput(string Name, string? Model, string? Environment, AlertConditionInput Condition, string Severity, string IdempotencyKey);

internal sealed record UpdateAlertRuleInput(string Name, AlertConditionInput? Condition, string? Severity, bool? Enabled, long ExpectedRevision, string IdempotencyKey);

internal sealed record DeleteAlertRuleInput(string Name, long ExpectedRevision, string IdempotencyKey);

internal sealed record AlertMatcherInput(string? Rule, string? Model, string? Environment);

internal sealed record SilenceAlertsInput(AlertMatcherInput Matcher, DateTimeOffset Until, string Why, string IdempotencyKey);

internal sealed record EndSilenceInput(string Silence, string IdempotencyKey);

internal sealed record AcknowledgeAlertInput(string Alert, string? Note, string IdempotencyKey);

public sealed record ChangedAlerts(IReadOnlyList<Refusal>? Errors);

public sealed record CreateAlertRuleData(ChangedAlerts CreateAlertRule) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CreateAlertRule.Errors;
}

public sealed record UpdateAlertRuleData(ChangedAlerts UpdateAlertRule) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => UpdateAlertRule.Errors;
}

public sealed record DeleteAlertRuleData(ChangedAlerts DeleteAlertRule) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => DeleteAlertRule.Errors;
}

public sealed record SilenceAlertsData(ChangedAlerts SilenceAlerts) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => SilenceAlerts.Errors;
}

public sealed record EndSilenceData(ChangedAlerts EndSilence) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => EndSilence.Errors;
}

public sealed record AcknowledgeAlertData(ChangedAlerts AcknowledgeAlert) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => AcknowledgeAlert.Errors;
}
