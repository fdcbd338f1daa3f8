using ModelHub.Domain.Alerts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Alerts;

/// <param name="Model">Left out: at every model.</param>
/// <param name="Environment">Left out: in every environment.</param>
/// <param name="Severity">WARNING when left out.</param>
internal sealed record CreateAlertRuleInput(
    string Name, string? Model, string? Environment, AlertConditionInput Condition, AlertSeverity? Severity, bool? Enabled, string? Description, string? IdempotencyKey);

[MutationType]
internal static class CreateAlertRule
{
    /// <summary>From now on figures of one measure are held against a limit. Whoever makes it must be allowed to operate wherever it holds.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(ModelNotFound))]
    [Error(typeof(EnvironmentNotFound))]
    [Error(typeof(NameTaken))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<AlertRule, Refusal>> CreateAlertRuleAsync(CreateAlertRuleInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(CreateAlertRule), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<AlertRule>> RunAsync(CreateAlertRuleInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, FindAlerts.PlaceOf(input.Model, input.Environment)))
            return new NotPermitted();
        if ((await db.ScopeAsync(input.Model, input.Environment, caller, ct)).IsRefused(out var unknown, out var scope))
            return unknown;
        var settings = new AlertRuleSettings(input.Condition.ToCondition(), input.Severity ?? AlertSeverity.Warning, input.Enabled ?? true, input.Description);
        if (AlertRule.Create(input.Name, scope, settings, caller.Actor, now).IsRefused(out var refusal, out var rule))
            return refusal;
        if (await db.AlertRules.AnyAsync(r => r.Name == input.Name && r.DeletedAt == null, ct))
            return new NameTaken(input.Name);
        db.AlertRules.Add(rule);
        return await db.CommitAsync(new AlertRuleCreated(rule.Name, input.Model, input.Environment, rule.Condition, rule.Severity), caller.Actor, ct) is { } refused ? refused : rule;
    }
}
