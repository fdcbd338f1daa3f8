using System.Linq.Expressions;
using ModelHub.Api.Data;
using ModelHub.Api.Models;
using ModelHub.Api.Operations;
using ModelHub.Domain.Explanations;

namespace ModelHub.Api.Explanations;

[ObjectType<VersionImportance>(
    Only = [nameof(VersionImportance.Id), nameof(VersionImportance.Settings), nameof(VersionImportance.Result), nameof(VersionImportance.RequestedBy), nameof(VersionImportance.RequestedAt)],
    Wide = [nameof(VersionImportance.Settings), nameof(VersionImportance.Result)])]
[Authorize(nameof(Permission.Read))]
internal static class VersionImportanceFields
{
    [NodeResolver]
    public static async Task<VersionImportance?> GetAsync(VersionImportanceId id, Caller caller, VersionImportanceById importances, CancellationToken ct)
        => (await importances.LoadAsync(id, ct)).IfVisible(caller, importance => importance.Version.Model.Name);

    public static async Task<Version> GetVersionAsync([Parent] VersionImportance importance, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(importance.VersionId, ct))!;

    /// <summary>What it is measured on; null when the caller may not see it.</summary>
    public static async Task<DataVersion?> GetDataVersionAsync([Parent] VersionImportance importance, Caller caller, DataVersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(importance.DataVersionId, ct)).IfVisible(caller, data => data.Dataset.Name);

    /// <summary>Whether the version was made from these data: then the figures tell what it relies on, also where it only learned them by heart.</summary>
    public static async Task<bool> GetIsOfOwnDataAsync([Parent] VersionImportance importance, DataOfVersion data, CancellationToken ct)
        => (await data.LoadAsync(importance.VersionId, ct)).Any(edge => edge.DataVersionId == importance.DataVersionId);

    /// <summary>How far it is, and why it failed.</summary>
    public static async Task<Operation> GetOperationAsync([Parent] VersionImportance importance, OperationById operations, CancellationToken ct)
        => (await operations.LoadAsync(importance.OperationId, ct))!;
}

internal sealed class VersionImportanceById(IDbContextFactory<ModelHubDb> factory) : ById<VersionImportanceId, VersionImportance>(factory, importance => importance.Id)
{
    protected override IQueryable<VersionImportance> From(IQueryable<VersionImportance> rows) => rows.Include(importance => importance.Version.Model);
}

/// <summary>Newest first.</summary>
internal sealed class ImportancesOfVersion(IDbContextFactory<ModelHubDb> factory) : PagesOf<Version, VersionId, VersionImportance>(factory, version => version.Id)
{
    protected override Expression<Func<Version, IQueryable<VersionImportance>>> Children(ModelHubDb db) => version => db.VersionImportances
        .Where(importance => importance.VersionId == version.Id)
        .OrderByDescending(importance => importance.RequestedAt).ThenByDescending(importance => importance.Id);
}
