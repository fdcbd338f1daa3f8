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
