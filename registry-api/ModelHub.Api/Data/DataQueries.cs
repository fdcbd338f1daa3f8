namespace ModelHub.Api.Data;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class DataQueries
{
    /// <summary>The datasets the caller may read.</summary>
    [UsePaging]
    [UseFiltering(nameof(Dataset.Name), nameof(Dataset.CreatedAt))]
    [UseSorting(nameof(Dataset.Name), nameof(Dataset.CreatedAt))]
    public static IQueryable<Dataset> GetDatasets(Caller caller, ModelHubDb db)
        => db.Set<Dataset>().AsNoTracking().VisibleTo(caller, dataset => dataset.Name).OrderBy(dataset => dataset.Name);

    public static async Task<Dataset?> GetDatasetAsync(string name, Caller caller, ModelHubDb db, CancellationToken ct)
        => (await db.Set<Dataset>().AsNoTracking().SingleOrDefaultAsync(dataset => dataset.Name == name, ct)).IfVisible(caller, dataset => dataset.Name);

    public static async Task<DataVersion?> GetDataVersionAsync(string dataset, int version, Caller caller, ModelHubDb db, CancellationToken ct)
        => (await db.Set<DataVersion>().AsNoTracking().Include(v => v.Dataset).SingleOrDefaultAsync(v => v.Dataset.Name == dataset && v.Number == version, ct))
            .IfVisible(caller, v => v.Dataset.Name);
}
