using ModelHub.Api.Batches;
using ModelHub.Api.Models;
using ModelHub.Domain.Batches;

namespace ModelHub.Api.Data;

[ObjectType<Dataset>(Only = [
    nameof(Dataset.Id), nameof(Dataset.Name), nameof(Dataset.Namespace), nameof(Dataset.Description), nameof(Dataset.Tags), nameof(Dataset.CreatedAt),
    nameof(Dataset.UpdatedAt), nameof(Dataset.ExpectationsNumber), nameof(Dataset.Revision)],
    Wide = [nameof(Dataset.Description), nameof(Dataset.Tags)])]
[Authorize(nameof(Permission.Read))]
internal static class DatasetFields
{
    [NodeResolver]
    public static async Task<Dataset?> GetAsync(DatasetId id, Caller caller, DatasetById datasets, CancellationToken ct)
        => (await datasets.LoadAsync(id, ct)).IfVisible(caller, dataset => dataset.Name);

    public static Task<DataVersion?> GetLatestVersionAsync([Parent] Dataset dataset, LatestDataVersion versions, CancellationToken ct)
        => versions.LoadAsync(dataset.Id, ct);

    /// <summary>What it expects of its versions now; null when it never expected anything.</summary>
    public static Task<Expectations?> GetExpectationsAsync([Parent] Dataset dataset, StandingExpectations standing, CancellationToken ct)
        => standing.LoadAsync(dataset.Id, ct);

    /// <summary>All it ever expected, newest first.</summary>
    [UsePaging]
    public static Task<Page<Expectations>> GetExpectationsHistoryAsync(
        [Parent] Dataset dataset, PagingArguments paging, QueryContext<Expectations> wanted, ExpectationsOfDataset history, CancellationToken ct)
        => history.LoadAsync(dataset.Id, paging, wanted, ct);

    [UsePaging]
    public static Task<Page<DataVersion>> GetVersionsAsync(
        [Parent] Dataset dataset, PagingArguments paging, QueryContext<DataVersion> wanted, VersionsOfDataset versions, CancellationToken ct)
        => versions.LoadAsync(dataset.Id, paging, wanted, ct);
}

[ObjectType<DataVersion>(Only = [
    nameof(DataVersion.Id), nameof(DataVersion.Number), nameof(DataVersion.Digest), nameof(DataVersion.Files), nameof(DataVersion.Schema),
    nameof(DataVersion.SameAs), nameof(DataVersion.RowCount), nameof(DataVersion.State), nameof(DataVersion.Failure), nameof(DataVersion.Profile), nameof(DataVersion.Outcomes), nameof(DataVersion.CreatedAt),
    nameof(DataVersion.CreatedBy), nameof(DataVersion.Revision)],
    Wide = [nameof(DataVersion.Files), nameof(DataVersion.Schema), nameof(DataVersion.Profile), nameof(DataVersion.Failure), nameof(DataVersion.Outcomes)])]
[Authorize(nameof(Permission.Read))]
internal static class DataVersionFields
{
    [NodeResolver]
    public static async Task<DataVersion?> GetAsync(DataVersionId id, Caller caller, DataVersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(id, ct)).IfVisible(caller, version => version.Dataset.Name);

    public static async Task<Dataset> GetDatasetAsync([Parent] DataVersion version, DatasetById datasets, CancellationToken ct)
        => (await datasets.LoadAsync(version.DatasetId, ct))!;

    /// <summary>Its profile as it is being made: how far it is, and what it says.</summary>
    public static Task<Operation?> GetOperationAsync([Parent] DataVersion version, ProfileOfData operations, CancellationToken ct)
        => operations.LoadAsync(version.Id, ct);

    /// <summary>What it was judged by; null when nothing was expected, and before its profile begins.</summary>
    public static async Task<Expectations?> GetExpectationsAsync([Parent] DataVersion version, ExpectationsById expectations, CancellationToken ct)
        => version.ExpectationsId is { } id ? await expectations.LoadAsync(id, ct) : null;

    /// <summary>Versions that name it as their data, as far as the caller may see them; newest first.</summary>
    [UsePaging]
    public static Task<Page<Version>> GetUsedByAsync(
        [Parent] DataVersion version, PagingArguments paging, QueryContext<Version> wanted, VersionsOfData uses, CancellationToken ct)
        => uses.LoadAsync(version.Id, paging, wanted, ct);

    /// <summary>The batch run that made it; null for data of another origin, and when the caller may not see the model.</summary>
    public static async Task<BatchRun?> GetMadeByAsync([Parent] DataVersion version, Caller caller, BatchRunsInto runs, CancellationToken ct)
        => (await runs.LoadAsync(version.Id, ct) is [var run, ..] ? run : null).IfVisible(caller, made => made.Version.Model.Name);

    /// <summary>Batch runs that read it, as far as the caller may see their models; newest first.</summary>
    [UsePaging]
    public static Task<Page<BatchRun>> GetBatchesAsync(
        [Parent] DataVersion version, PagingArguments paging, QueryContext<BatchRun> wanted, BatchRunsOver runs, CancellationToken ct)
        => runs.LoadAsync(version.Id, paging, wanted, ct);

    /// <summary>Versions that take traffic now and were trained on it, themselves or through a parent.</summary>
    public static async Task<IReadOnlyList<Version>> GetLiveVersionsAsync([Parent] DataVersion version, Caller caller, LiveVersionsOfData live, VersionById versions, CancellationToken ct)
    {
        var found = await versions.LoadAsync(await live.LoadAsync(version.Id, ct), ct);
        return [.. found.OfType<Version>().Where(v => v.IfVisible(caller, x => x.Model.Name) is not null)];
    }
}

[ObjectType<Profile>(Only = [nameof(Profile.RowCount), nameof(Profile.Columns), nameof(Profile.Approximate)])]
[Authorize(nameof(Permission.Read))]
internal static class ProfileFields;
