namespace ModelHub.Api.Models;

internal sealed class ModelById(IDbContextFactory<ModelHubDb> factory) : ById<ModelId, Model>(factory, model => model.Id);

internal sealed class VersionById(IDbContextFactory<ModelHubDb> factory) : ById<VersionId, Version>(factory, version => version.Id)
{
    protected override IQueryable<Version> From(IQueryable<Version> rows) => rows.Include(version => version.Model);
}

/// <summary>The version with the highest number.</summary>
internal sealed class LatestVersion(IDbContextFactory<ModelHubDb> factory) : ById<ModelId, Version>(factory, version => version.ModelId)
{
    protected override IQueryable<Version> From(IQueryable<Version> rows)
        => rows.Include(version => version.Model).Where(version => version.Number == version.Model.LastVersionNumber);
}

/// <summary>Which page of a model's versions.</summary>
internal sealed record VersionPage(PagingArguments Paging, QueryContext<Version> Wanted);

/// <summary>The same page of many models' versions, newest first unless ordered otherwise.</summary>
internal sealed class VersionsOfModel(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<(ModelId Model, VersionPage Page), Page<Version>>
{
    protected override async Task<IReadOnlyDictionary<(ModelId Model, VersionPage Page), Page<Version>>> LoadBatchAsync(
        IReadOnlyList<(ModelId Model, VersionPage Page)> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var pages = new Dictionary<(ModelId, VersionPage), Page<Version>>();
        foreach (var same in keys.GroupBy(key => key.Page, key => key.Model))
            foreach (var (model, page) in await PagesAsync(db, [.. same], same.Key, ct))
                pages.Add((model, same.Key), page);
        return pages;
    }

    private static Task<IReadOnlyDictionary<ModelId, Page<Version>>> PagesAsync(ModelHubDb db, IReadOnlyList<ModelId> models, VersionPage page, CancellationToken ct)
        => db.Set<Model>().AsNoTracking().ToPagesAsync(
            models,
            model => model.Id,
            model => db.Set<Version>().Include(version => version.Model)
                .Where(version => version.ModelId == model.Id)
                .OrderByDescending(version => version.Number).ThenBy(version => version.Id),
            page.Wanted,
            page.Paging,
            ct);
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
