using ModelHub.Api.Environments;
using ModelHub.Api.Models;
using ModelHub.Domain.Alerts;

namespace ModelHub.Api.Alerts;

internal sealed class AlertRuleById(IDbContextFactory<ModelHubDb> factory) : ById<AlertRuleId, AlertRule>(factory, rule => rule.Id)
{
    protected override IQueryable<AlertRule> From(IQueryable<AlertRule> rows) => rows.Include(rule => rule.Model);
}

[ObjectType<AlertRule>(Only = [
    nameof(AlertRule.Id), nameof(AlertRule.Name), nameof(AlertRule.Description), nameof(AlertRule.Condition), nameof(AlertRule.Severity), nameof(AlertRule.Enabled),
    nameof(AlertRule.CreatedBy), nameof(AlertRule.CreatedAt), nameof(AlertRule.UpdatedAt), nameof(AlertRule.DeletedAt), nameof(AlertRule.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class AlertRuleFields
{
    [NodeResolver]
    public static async Task<AlertRule?> GetAsync(AlertRuleId id, Caller caller, AlertRuleById rules, CancellationToken ct)
        => await rules.LoadAsync(id, ct) is { } rule && (rule.Model is null || caller.May(Permission.Read, Place.Of(rule.Model.Name))) ? rule : null;

    /// <summary>Null: the rule holds at every model.</summary>
    public static async Task<Model?> GetModelAsync([Parent] AlertRule rule, ModelById models, CancellationToken ct)
        => rule.ModelId is { } id ? await models.LoadAsync(id, ct) : null;

    /// <summary>Null: the rule holds in every environment.</summary>
    public static async Task<Environment?> GetEnvironmentAsync([Parent] AlertRule rule, EnvironmentById environments, CancellationToken ct)
        => rule.EnvironmentId is { } id ? await environments.LoadAsync(id, ct) : null;
}
