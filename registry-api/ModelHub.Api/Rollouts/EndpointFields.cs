using ModelHub.Api.Configuration;
using ModelHub.Api.Environments;
using ModelHub.Api.Models;
using ModelHub.Api.Monitoring;
using ModelHub.Api.Promotions;
using ModelHub.Domain.Monitoring;

namespace ModelHub.Api.Rollouts;

[ObjectType<Endpoint>(Only = [nameof(Endpoint.Id), nameof(Endpoint.Scaling), nameof(Endpoint.Traffic), nameof(Endpoint.Ledger), nameof(Endpoint.Monitoring), nameof(Endpoint.CreatedAt), nameof(Endpoint.UpdatedAt), nameof(Endpoint.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class EndpointFields
{
    [NodeResolver]
    public static async Task<Endpoint?> GetAsync(EndpointId id, Caller caller, EndpointById endpoints, CancellationToken ct)
        => (await endpoints.LoadAsync(id, ct)).IfVisible(caller, endpoint => endpoint.Model.Name);

    public static async Task<Model> GetModelAsync([Parent] Endpoint endpoint, ModelById models, CancellationToken ct)
        => (await models.LoadAsync(endpoint.ModelId, ct))!;

    public static async Task<Environment> GetEnvironmentAsync([Parent] Endpoint endpoint, EnvironmentById environments, CancellationToken ct)
        => (await environments.LoadAsync(endpoint.EnvironmentId, ct))!;

    /// <summary>Where the Open Inference Protocol answers for this model: add /infer.</summary>
    public static async Task<string> GetUrlAsync([Parent] Endpoint endpoint, EndpointById endpoints, ApiOptions options, CancellationToken ct)
    {
        var named = await NamedAsync(endpoint, endpoints, ct);
        return $"{options.PublicUrls.Router}/{named.Environment.Name}/v2/models/{named.Model.Name}";
    }

    /// <summary>Where named fields are taken and given.</summary>
    public static async Task<string> GetPredictUrlAsync([Parent] Endpoint endpoint, EndpointById endpoints, ApiOptions options, CancellationToken ct)
    {
        var named = await NamedAsync(endpoint, endpoints, ct);
        return $"{options.PublicUrls.Router}/{named.Environment.Name}/predict/{named.Model.Name}";
    }

    /// <summary>The variant that answers; null before the first promotion.</summary>
    public static async Task<Variant?> GetPrimaryAsync([Parent] Endpoint endpoint, VariantsOfEndpoint variants, CancellationToken ct)
        => (await variants.LoadAsync(endpoint.Id, ct)).SingleOrDefault(variant => variant.Role == VariantRole.Primary);

    public static Task<IReadOnlyList<Variant>> GetVariantsAsync([Parent] Endpoint endpoint, VariantsOfEndpoint variants, CancellationToken ct)
        => variants.LoadAsync(endpoint.Id, ct);

    /// <summary>Every node that holds a version for this endpoint, versions kept warm included.</summary>
    public static Task<IReadOnlyList<Placement>> GetPlacementsAsync([Parent] Endpoint endpoint, PlacementsOfEndpoint placements, CancellationToken ct)
        => placements.LoadAsync(endpoint.Id, ct);

    /// <summary>What was routed when and why, newest first.</summary>
    [UsePaging]
    public static Task<Page<RoutingChange>> GetHistoryAsync(
        [Parent] Endpoint endpoint, PagingArguments paging, QueryContext<RoutingChange> wanted, HistoryOfEndpoint history, CancellationToken ct)
        => history.LoadAsync(endpoint.Id, paging, wanted, ct);

    [UsePaging]
    public static Task<Page<Promotion>> GetPromotionsAsync(
        [Parent] Endpoint endpoint, PagingArguments paging, QueryContext<Promotion> wanted, PromotionsOfEndpoint promotions, CancellationToken ct)
        => promotions.LoadAsync(endpoint.Id, paging, wanted, ct);

    /// <summary>Traffic sent back, newest first.</summary>
    [UsePaging]
    public static Task<Page<Rollback>> GetRollbacksAsync(
        [Parent] Endpoint endpoint, PagingArguments paging, QueryContext<Rollback> wanted, RollbacksOfEndpoint rollbacks, CancellationToken ct)
        => rollbacks.LoadAsync(endpoint.Id, paging, wanted, ct);

    /// <summary>What monitors found in the windows that ended in this time, newest first; the last hour when none is named.</summary>
    /// <param name="measure">Such as drift.psi; left out: all.</param>
    /// <param name="column">An input column or output; left out: all, and what is about none.</param>
    public static Task<IReadOnlyList<MonitorValue>> GetMonitorsAsync(
        [Parent] Endpoint endpoint, string? measure, string? column, DateTimeOffset? from, DateTimeOffset? to, MonitorValuesOfEndpoint values, CancellationToken ct)
        => EndpointMonitors.ValuesAsync(new(endpoint.Id, measure, column, from, to), values, ct);

    /// <summary>How far each input column has drifted, window by window; the last hour when no time is named.</summary>
    /// <param name="measure">drift.psi when left out.</param>
    public static Task<DriftReport> GetDriftReportAsync(
        [Parent] Endpoint endpoint, string? measure, DateTimeOffset? from, DateTimeOffset? to, MonitorValuesOfEndpoint values, CancellationToken ct)
        => EndpointMonitors.ReportAsync(new(endpoint.Id, measure ?? Measures.DriftPsi, null, from, to), values, ct);

    // Most loaders bring the names along; a mutation's answer does not.
    private static async Task<Endpoint> NamedAsync(Endpoint endpoint, EndpointById endpoints, CancellationToken ct)
        => endpoint is { Model: not null, Environment: not null } ? endpoint : (await endpoints.LoadAsync(endpoint.Id, ct))!;
}

[ObjectType<RoutingChange>(Only = [
    nameof(RoutingChange.At), nameof(RoutingChange.Actor), nameof(RoutingChange.Reason), nameof(RoutingChange.RoutesRevision), nameof(RoutingChange.Variants)],
    Wide = [nameof(RoutingChange.Variants)])]
[Authorize(nameof(Permission.Read))]
internal static class RoutingChangeFields;

[ObjectType<RoutedVariant>(Only = [nameof(RoutedVariant.Role), nameof(RoutedVariant.Weight), nameof(RoutedVariant.Version)])]
[Authorize(nameof(Permission.Read))]
internal static class RoutedVariantFields;

[ObjectType<Rollback>(Only = [
    nameof(Rollback.State), nameof(Rollback.Failure), nameof(Rollback.Reason), nameof(Rollback.DecidedBy), nameof(Rollback.DecidedAt), nameof(Rollback.SwitchedAt), nameof(Rollback.TimeToSafetyMs),
    nameof(Rollback.RoutesRevision), nameof(Rollback.Revision)])]
[Authorize(nameof(Permission.Read))]
internal static class RollbackFields
{
    [ID<Rollback>]
    public static Guid GetId([Parent] Rollback rollback) => rollback.Id.Value;

    public static async Task<Version> GetFromAsync([Parent] Rollback rollback, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(rollback.FromVersionId, ct))!;

    public static async Task<Version> GetToAsync([Parent] Rollback rollback, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(rollback.ToVersionId, ct))!;
}
