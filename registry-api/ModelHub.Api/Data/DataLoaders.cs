using System.Linq.Expressions;

namespace ModelHub.Api.Data;

internal sealed class DatasetById(IDbContextFactory<ModelHubDb> factory) : ById<DatasetId, Dataset>(factory, dataset => dataset.Id);

internal sealed class DataVersionById(IDbContextFactory<ModelHubDb> factory) : ById<DataVersionId, DataVersion>(factory, version => version.Id)
{
    protected override IQueryable<DataVersion> From(IQueryable<DataVersion> rows) => rows.Include(version => version.Dataset);
}

/// <summary>The data version with the highest number.</summary>
internal sealed class LatestDataVersion(IDbContextFactory<ModelHubDb> factory) : ById<DatasetId, DataVersion>(factory, version => version.DatasetId)
{
    protected override IQueryable<DataVersion> From(IQueryable<DataVersion> rows)
        => rows.Include(version => version.Dataset).Where(version => version.Number == version.Dataset.LastVersionNumber);
}

internal sealed class VersionsOfData(IDbContextFactory<ModelHubDb> factory) : ManyBy<DataVersionId, VersionDataVersion>(factory, edge => edge.DataVersionId)
{
    protected override IQueryable<VersionDataVersion> From(IQueryable<VersionDataVersion> rows)
        => rows.Include(edge => edge.Version.Model).OrderBy(edge => edge.Version.Model.Name).ThenBy(edge => edge.Version.Number);
}

/// <summary>Newest first.</summary>
internal sealed class VersionsOfDataset(IDbContextFactory<ModelHubDb> factory) : PagesOf<Dataset, DatasetId, DataVersion>(factory, dataset => dataset.Id)
{
    protected override Expression<Func<Dataset, IQueryable<DataVersion>>> Children(ModelHubDb db) => dataset => db.Set<DataVersion>()
        .Where(version => version.DatasetId == dataset.Id)
        .OrderByDescending(version => version.Number).ThenBy(version => version.Id);
}

/// <summary>Which versions take traffic now and come from the data, themselves or through a parent.</summary>
internal sealed class LiveVersionsOfData(IDbContextFactory<ModelHubDb> factory) : GroupedDataLoader<DataVersionId, VersionId>
{
    protected override async Task<ILookup<DataVersionId, VersionId>> LoadGroupsAsync(IReadOnlyList<DataVersionId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.LiveVersionsUsingAsync(keys, ct);
    }
}
