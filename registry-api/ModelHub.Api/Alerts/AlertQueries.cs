using ModelHub.Domain.Alerts;

namespace ModelHub.Api.Alerts;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class AlertQueries
{
    /// <summary>Alerts at models the caller may read, the newest first.</summary>
    [UsePaging]
    [UseFiltering(
        nameof(Alert.State), nameof(Alert.Severity), nameof(Alert.Measure), nameof(Alert.Silenced), "environment: Endpoint.Environment.Name", "model: Endpoint.Model.Name", "rule: Rule.Name",
        nameof(Alert.StartedAt))]
    [UseSorting(nameof(Alert.StartedAt))]
    public static IQueryable<Alert> GetAlerts(Caller caller, ModelHubDb db)
        => db.Alerts.AsNoTracking().Include(alert => alert.Endpoint.Model)
            .VisibleTo(caller, alert => alert.Endpoint.Model.Name)
            .OrderByDescending(alert => alert.StartedAt).ThenByDescending(alert => alert.Id);

    public static Task<Alert?> GetAlertAsync([ID<Alert>] AlertId id, Caller caller, AlertById alerts, CancellationToken ct)
        => AlertFields.GetAsync(id, caller, alerts, ct);

    /// <summary>The rules that hold at models the caller may read or at all of them, by name; deleted ones are left out.</summary>
    [UsePaging]
    [UseFiltering(nameof(AlertRule.Name), nameof(AlertRule.Measure), nameof(AlertRule.Severity), nameof(AlertRule.Enabled))]
    [UseSorting(nameof(AlertRule.Name))]
    public static IQueryable<AlertRule> GetAlertRules(Caller caller, ModelHubDb db)
    {
        var visible = Visible.To<Model>(caller, model => model.Name);
        return db.AlertRules.AsNoTracking().Where(rule => rule.DeletedAt == null && (rule.ModelId == null || db.Models.Where(visible).Any(model => model.Id == rule.ModelId)))
            .OrderBy(rule => rule.Name).ThenBy(rule => rule.Id);
    }

    /// <summary>Silences of models the caller may read or of all, the newest first.</summary>
    /// <param name="holding">Only those that hold now, or only those that do not; left out: all.</param>
    [UsePaging]
    [UseFiltering(nameof(Silence.CreatedBy), nameof(Silence.Until))]
    [UseSorting(nameof(Silence.CreatedAt))]
    public static IQueryable<Silence> GetSilences(bool? holding, Caller caller, ModelHubDb db, TimeProvider time)
    {
        var visible = Visible.To<Model>(caller, model => model.Name);
        var now = time.GetUtcNow();
        return db.Silences.AsNoTracking()
            .Where(silence => silence.ModelId == null || db.Models.Where(visible).Any(model => model.Id == silence.ModelId))
            .Where(silence => holding == null || (silence.EndedAt == null && silence.Until > now) == holding)
            .OrderByDescending(silence => silence.CreatedAt).ThenByDescending(silence => silence.Id);
    }
}
