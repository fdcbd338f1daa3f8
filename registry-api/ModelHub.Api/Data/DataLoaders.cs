using System.Linq.Expressions;

namespace ModelHub.Api.Data;

internal sealed class DatasetById(IDbContextFactory<ModelHubDb> factory) : ById<DatasetId, Dataset>(factory, dataset => dataset.Id);

internal sealed class DataVersionById(IDbContextFactory<ModelHubDb> factory) : ById<DataVersionId, DataVersion>(factory, version => version.Id)
{
    protected override IQueryable<DataVersion> From(IQueryable<DataVersion> rows) => rows.Include(version => version.Dataset);
}

/// <summary>The data version with the highest number.</summary>
internal sealed class LatestDataVersion(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<DatasetId, DataVersion>
{
    protected override async Task<IReadOnlyDictionary<DatasetId, DataVersion>> LoadBatchAsync(IReadOnlyList<DatasetId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var wanted = keys.ToList();
        var latest = db.Set<Dataset>().Where(dataset => wanted.Contains(dataset.Id)).Join(
            db.Set<DataVersion>(), dataset => new { dataset.Id, Number = dataset.LastVersionNumber }, version => new { Id = version.DatasetId, version.Number }, (_, version) => version);
        return await Narrow(db, latest.AsNoTracking()).ToDictionaryAsync(version => version.DatasetId, ct);
    }
}

/// <summary>The operation that profiles it.</summary>
internal sealed class ProfileOfData(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<DataVersionId, Operation>
{
    protected override async Task<IReadOnlyDictionary<DataVersionId, Operation>> LoadBatchAsync(IReadOnlyList<DataVersionId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var wanted = keys.Select(key => key.Value).ToList();
        var found = await db.Operations.AsNoTracking().Where(o => wanted.Contains(o.SubjectId) && o.Kind == OperationKinds.ProfileDataVersion).ToListAsync(ct);
        return found.ToDictionary(o => DataVersionId.From(o.SubjectId));
    }
}

internal sealed class ExpectationsById(IDbContextFactory<ModelHubDb> factory) : ById<ExpectationsId, Expectations>(factory, expectations => expectations.Id);

/// <summary>The expectations with the number that the dataset names.</summary>
internal sealed class StandingExpectations(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<DatasetId, Expectations>
{
    protected override async Task<IReadOnlyDictionary<DatasetId, Expectations>> LoadBatchAsync(IReadOnlyList<DatasetId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var wanted = keys.ToList();
        var standing = db.Set<Dataset>().Where(dataset => wanted.Contains(dataset.Id)).Join(
            db.Expectations, dataset => new { dataset.Id, Number = dataset.ExpectationsNumber }, rules => new { Id = rules.DatasetId, rules.Number }, (_, rules) => rules);
        return await Narrow(db, standing.AsNoTracking()).ToDictionaryAsync(rules => rules.DatasetId, ct);
    }
}

/// <summary>Newest first.</summary>
internal sealed class ExpectationsOfDataset(IDbContextFactory<ModelHubDb> factory) : PagesOf<Dataset, DatasetId, Expectations>(factory, dataset => dataset.Id)
{
    protected override Expression<Func<Dataset, IQueryable<Expectations>>> Children(ModelHubDb db) => dataset => db.Expectations
        .Where(rules => rules.DatasetId == dataset.Id)
        .OrderByDescending(rules => rules.Number).ThenByDescending(rules => rules.Id);
}

/// <summary>Newest first, as far as the caller may see them. Ids grow with time, and the index of the edges ends with them.</summary>
internal sealed class VersionsOfData(IDbContextFactory<ModelHubDb> factory) : PagesOf<DataVersion, DataVersionId, Version>(factory, data => data.Id)
{
    protected override Expression<Func<DataVersion, IQueryable<Version>>> Children(ModelHubDb db)
    {
        var visible = Visible.To<Version>(Caller.Of(User), version => version.Model.Name);
        return data => db.VersionDataVersions
            .Where(edge => edge.DataVersionId == data.Id)
            .Select(edge => edge.Version)
            .Where(visible)
            .OrderByDescending(version => version.Id);
    }
}

/// <summary>Newest first.</summary>
internal sealed class VersionsOfDataset(IDbContextFactory<ModelHubDb> factory) : PagesOf<Dataset, DatasetId, DataVersion>(factory, dataset => dataset.Id)
{
    protected override Expression<Func<Dataset, IQueryable<DataVersion>>> Children(ModelHubDb db) => dataset => db.Set<DataVersion>()
        .Where(version => version.DatasetId == dataset.Id)
        .OrderByDescending(version => version.Number);
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
