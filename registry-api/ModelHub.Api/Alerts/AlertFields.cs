using ModelHub.Api.Rollouts;
using ModelHub.Domain.Alerts;

namespace ModelHub.Api.Alerts;

internal sealed class AlertById(IDbContextFactory<ModelHubDb> factory) : ById<AlertId, Alert>(factory, alert => alert.Id)
{
    protected override IQueryable<Alert> From(IQueryable<Alert> rows) => rows.Include(alert => alert.Endpoint.Model);
}

[ObjectType<Alert>(Only = [
    nameof(Alert.Id), nameof(Alert.State), nameof(Alert.Severity), nameof(Alert.Measure), nameof(Alert.Items), nameof(Alert.Silenced), nameof(Alert.StartedAt), nameof(Alert.FiredAt),
    nameof(Alert.AnnouncedAt), nameof(Alert.ResolvedAt), nameof(Alert.Reason), nameof(Alert.AcknowledgedBy), nameof(Alert.AcknowledgedAt), nameof(Alert.Note), nameof(Alert.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class AlertFields
{
    [NodeResolver]
    public static async Task<Alert?> GetAsync(AlertId id, Caller caller, AlertById alerts, CancellationToken ct)
        => (await alerts.LoadAsync(id, ct)).IfVisible(caller, alert => alert.Endpoint.Model.Name);

    public static async Task<AlertRule> GetRuleAsync([Parent] Alert alert, AlertRuleById rules, CancellationToken ct)
        => (await rules.LoadAsync(alert.RuleId, ct))!;

    public static async Task<Endpoint> GetEndpointAsync([Parent] Alert alert, EndpointById endpoints, CancellationToken ct)
        => (await endpoints.LoadAsync(alert.EndpointId, ct))!;
}
