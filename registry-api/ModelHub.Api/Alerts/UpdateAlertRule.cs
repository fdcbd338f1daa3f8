using ModelHub.Domain.Alerts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Alerts;

/// <param name="Condition">Left out: stays as it is; else it takes its place as a whole.</param>
/// <param name="Severity">Left out: stays as it is; so do the other.</param>
internal sealed record UpdateAlertRuleInput(
    string Name, AlertConditionInput? Condition, AlertSeverity? Severity, bool? Enabled, string? Description, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class UpdateAlertRule
{
    /// <summary>Judges by other limits from the next figures on. What a rule that is not enabled any more had fired resolves.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(AlertRuleNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<AlertRule, Refusal>> UpdateAlertRuleAsync(UpdateAlertRuleInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(UpdateAlertRule), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<AlertRule>> RunAsync(UpdateAlertRuleInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindAlertRuleAsync(input.Name, caller, ct) is not { } rule)
            return new AlertRuleNotFound(input.Name);
        if (!caller.May(Permission.Operate, rule.Place()))
            return new NotPermitted();
        if (Expect.Revision(rule, input.ExpectedRevision) is { } conflict)
            return conflict;
        var settings = new AlertRuleSettings(
            input.Condition?.ToCondition() ?? rule.Condition, input.Severity ?? rule.Severity, input.Enabled ?? rule.Enabled, input.Description ?? rule.Description);
        if (rule.Change(settings, now) is { } refusal)
            return refusal;
        return await db.CommitAsync(new AlertRuleChanged(rule.Name, rule.Condition, rule.Severity, rule.Enabled), caller.Actor, ct) is { } refused ? refused : rule;
    }
}
