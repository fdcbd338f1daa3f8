using ModelHub.Domain.Alerts;

namespace ModelHub.Api.Alerts;

/// <summary>What the names of an input stand for, and what a caller has to be allowed for it.</summary>
internal static class FindAlerts
{
    /// <summary>A rule at every model, or in every environment, asks for a grant that is bound to none.</summary>
    public static Place PlaceOf(string? model, string? environment) => new(model ?? Grant.Any, environment ?? Grant.Any);

    /// <summary>A model that the caller may not see is not there.</summary>
    public static async Task<Result<AlertScope>> ScopeAsync(this ModelHubDb db, string? model, string? environment, Caller caller, CancellationToken ct)
    {
        ModelId? modelId = null;
        if (model is not null)
        {
            if ((await db.Models.AsNoTracking().SingleOrDefaultAsync(m => m.Name == model, ct)).IfVisible(caller, m => m.Name) is not { } found)
                return new ModelNotFound(model);
            modelId = found.Id;
        }
        if (environment is null)
            return new AlertScope(modelId, null);
        return await db.Environments.AsNoTracking().SingleOrDefaultAsync(e => e.Name == environment, ct) is { } place
            ? new AlertScope(modelId, place.Id)
            : new EnvironmentNotFound(environment);
    }

    /// <summary>Null too when it holds at a model that the caller may not see.</summary>
    public static async Task<AlertRule?> FindAlertRuleAsync(this ModelHubDb db, string name, Caller caller, CancellationToken ct)
        => await db.AlertRules.Include(r => r.Model).Include(r => r.Environment).SingleOrDefaultAsync(r => r.Name == name && r.DeletedAt == null, ct) is { } rule
            && (rule.Model is null || caller.May(Permission.Read, ModelHub.Domain.Access.Place.Of(rule.Model.Name))) ? rule : null;

    public static Place Place(this AlertRule rule) => PlaceOf(rule.Model?.Name, rule.Environment?.Name);

    public static Place Place(this Alert alert) => ModelHub.Domain.Access.Place.In(alert.Endpoint.Model.Name, alert.Endpoint.Environment.Name);
}
