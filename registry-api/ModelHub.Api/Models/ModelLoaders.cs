using System.Linq.Expressions;

namespace ModelHub.Api.Models;

internal sealed class ModelById(IDbContextFactory<ModelHubDb> factory) : ById<ModelId, Model>(factory, model => model.Id);

internal sealed class VersionById(IDbContextFactory<ModelHubDb> factory) : ById<VersionId, Version>(factory, version => version.Id)
{
    protected override IQueryable<Version> From(IQueryable<Version> rows) => rows.Include(version => version.Model);
}

/// <summary>The version with the highest number.</summary>
internal sealed class LatestVersion(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<ModelId, Version>
{
    // From the model by its counter to the version: from the other side all versions of a model would be read for one.
    protected override async Task<IReadOnlyDictionary<ModelId, Version>> LoadBatchAsync(IReadOnlyList<ModelId> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var wanted = keys.ToList();
        var latest = db.Set<Model>().Where(model => wanted.Contains(model.Id)).Join(
            db.Versions, model => new { model.Id, Number = model.LastVersionNumber }, version => new { Id = version.ModelId, version.Number }, (_, version) => version);
        return await Narrow(db, latest.AsNoTracking()).ToDictionaryAsync(version => version.ModelId, ct);
    }
}

/// <summary>Versions by model and number.</summary>
internal sealed class VersionByNumber(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<(ModelId Model, int Number), Version>
{
    protected override async Task<IReadOnlyDictionary<(ModelId Model, int Number), Version>> LoadBatchAsync(
        IReadOnlyList<(ModelId Model, int Number)> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var found = new Dictionary<(ModelId, int), Version>();
        foreach (var same in keys.GroupBy(key => key.Number, key => key.Model))
        {
            var models = same.ToList();
            var rows = Narrow(db, db.Versions.AsNoTracking().Where(version => models.Contains(version.ModelId) && version.Number == same.Key));
            await foreach (var version in rows.AsAsyncEnumerable().WithCancellation(ct))
                found.Add((version.ModelId, version.Number), version);
        }

        return found;
    }
}

/// <summary>Newest first unless ordered otherwise.</summary>
internal sealed class VersionsOfModel(IDbContextFactory<ModelHubDb> factory) : PagesOf<Model, ModelId, Version>(factory, model => model.Id)
{
    protected override Expression<Func<Model, IQueryable<Version>>> Children(ModelHubDb db) => model => db.Versions
        .Where(version => version.ModelId == model.Id)
        .OrderByDescending(version => version.Number);
}

/// <summary>Versions of the same model whose parent it is, newest first.</summary>
internal sealed class DerivedOfVersion(IDbContextFactory<ModelHubDb> factory) : PagesOf<Version, VersionId, Version>(factory, version => version.Id)
{
    protected override Expression<Func<Version, IQueryable<Version>>> Children(ModelHubDb db) => version => db.Versions
        .Where(derived => derived.ParentId == version.Id && derived.ModelId == version.ModelId)
        .OrderByDescending(derived => derived.Number).ThenByDescending(derived => derived.Id);
}

internal sealed class AliasHistoryOfModel(IDbContextFactory<ModelHubDb> factory) : PagesOf<Model, ModelId, AliasChange>(factory, model => model.Id)
{
    protected override Expression<Func<Model, IQueryable<AliasChange>>> Children(ModelHubDb db) => model => db.Set<AliasChange>()
        .Where(change => change.ModelId == model.Id)
        .OrderByDescending(change => change.At).ThenByDescending(change => change.Id);
}

internal sealed class AliasesOfModel(IDbContextFactory<ModelHubDb> factory) : ManyBy<ModelId, Alias>(factory, alias => alias.ModelId)
{
    protected override IQueryable<Alias> From(IQueryable<Alias> rows) => rows.OrderBy(alias => alias.Name);
}

internal sealed class AliasesOfVersion(IDbContextFactory<ModelHubDb> factory) : ManyBy<VersionId, Alias>(factory, alias => alias.VersionId)
{
    protected override IQueryable<Alias> From(IQueryable<Alias> rows) => rows.OrderBy(alias => alias.Name);
}

internal sealed class ChecksOfVersion(IDbContextFactory<ModelHubDb> factory) : ManyBy<VersionId, Check>(factory, check => check.VersionId)
{
    protected override IQueryable<Check> From(IQueryable<Check> rows) => rows.OrderBy(check => check.Name);
}

internal sealed class DataOfVersion(IDbContextFactory<ModelHubDb> factory) : ManyBy<VersionId, VersionDataVersion>(factory, edge => edge.VersionId)
{
    protected override IQueryable<VersionDataVersion> From(IQueryable<VersionDataVersion> rows)
        => rows.Include(edge => edge.DataVersion.Dataset).OrderBy(edge => edge.DataVersion.Dataset.Name).ThenBy(edge => edge.DataVersion.Number);
}
