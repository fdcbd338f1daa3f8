using ModelHub.Api.Environments;
using ModelHub.Api.Models;
using ModelHub.Domain.Alerts;

namespace ModelHub.Api.Alerts;

internal sealed class SilenceById(IDbContextFactory<ModelHubDb> factory) : ById<SilenceId, Silence>(factory, silence => silence.Id)
{
    protected override IQueryable<Silence> From(IQueryable<Silence> rows) => rows.Include(silence => silence.Model);
}

[ObjectType<Silence>(Only = [
    nameof(Silence.Id), nameof(Silence.Measure), nameof(Silence.Column), nameof(Silence.Why), nameof(Silence.Until), nameof(Silence.CreatedBy), nameof(Silence.CreatedAt),
    nameof(Silence.EndedAt), nameof(Silence.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class SilenceFields
{
    [NodeResolver]
    public static async Task<Silence?> GetAsync(SilenceId id, Caller caller, SilenceById silences, CancellationToken ct)
        => await silences.LoadAsync(id, ct) is { } silence && (silence.Model is null || caller.May(Permission.Read, Place.Of(silence.Model.Name))) ? silence : null;

    /// <summary>Null: of any rule.</summary>
    public static async Task<AlertRule?> GetRuleAsync([Parent] Silence silence, AlertRuleById rules, CancellationToken ct)
        => silence.RuleId is { } id ? await rules.LoadAsync(id, ct) : null;

    /// <summary>Null: at any model.</summary>
    public static async Task<Model?> GetModelAsync([Parent] Silence silence, ModelById models, CancellationToken ct)
        => silence.ModelId is { } id ? await models.LoadAsync(id, ct) : null;

    /// <summary>Null: in any environment.</summary>
    public static async Task<Environment?> GetEnvironmentAsync([Parent] Silence silence, EnvironmentById environments, CancellationToken ct)
        => silence.EnvironmentId is { } id ? await environments.LoadAsync(id, ct) : null;
}
