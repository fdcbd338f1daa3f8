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
