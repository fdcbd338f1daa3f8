using ModelHub.Api.Rollouts;

namespace ModelHub.Api.Models;

[ObjectType<Model>(Only = [
    nameof(Model.Id), nameof(Model.Name), nameof(Model.Namespace), nameof(Model.Description), nameof(Model.Owner), nameof(Model.Tags),
    nameof(Model.Card), nameof(Model.CreatedAt), nameof(Model.UpdatedAt), nameof(Model.Revision)],
    Wide = [nameof(Model.Description), nameof(Model.Card), nameof(Model.Tags)])]
[Authorize(nameof(Permission.Read))]
internal static class ModelFields
{
    [NodeResolver]
    public static async Task<Model?> GetAsync(ModelId id, Caller caller, ModelById models, CancellationToken ct)
        => (await models.LoadAsync(id, ct)).IfVisible(caller, model => model.Name);

    /// <summary>The version with the highest number.</summary>
    public static Task<Version?> GetLatestVersionAsync([Parent] Model model, LatestVersion versions, CancellationToken ct)
        => versions.LoadAsync(model.Id, ct);

    [UsePaging]
    [UseFiltering(nameof(Version.State), nameof(Version.Number), nameof(Version.CreatedAt), "Tags[Key, Value]")]
    [UseSorting(nameof(Version.Number), nameof(Version.CreatedAt))]
    public static Task<Page<Version>> GetVersionsAsync(
        [Parent] Model model, PagingArguments paging, QueryContext<Version> wanted, VersionsOfModel versions, CancellationToken ct)
        => versions.LoadAsync(model.Id, paging, wanted, ct);

    public static Task<Version?> GetVersionAsync([Parent] Model model, int number, VersionByNumber versions, CancellationToken ct)
        => versions.LoadAsync((model.Id, number), ct);

    public static Task<IReadOnlyList<Alias>> GetAliasesAsync([Parent] Model model, AliasesOfModel aliases, CancellationToken ct)
        => aliases.LoadAsync(model.Id, ct);

    /// <summary>Every move of every alias, newest first.</summary>
    [UsePaging]
    [UseFiltering(nameof(AliasChange.Name))]
    public static Task<Page<AliasChange>> GetAliasHistoryAsync(
        [Parent] Model model, PagingArguments paging, QueryContext<AliasChange> wanted, AliasHistoryOfModel history, CancellationToken ct)
        => history.LoadAsync(model.Id, paging, wanted, ct);

    public static Task<IReadOnlyList<Endpoint>> GetEndpointsAsync([Parent] Model model, EndpointsOfModel endpoints, CancellationToken ct)
        => endpoints.LoadAsync(model.Id, ct);
}
