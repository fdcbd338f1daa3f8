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

    /// <summary>The newest comparison of two versions of a dataset by these columns that has not failed, else the newest; null when nobody has asked for one: compareDataVersions does.</summary>
    /// <param name="from">The number of the earlier version.</param>
    /// <param name="to">The number of the later version.</param>
    /// <param name="key">The columns by which a row is the same row in both; left out, rows are compared as a whole.</param>
    public static async Task<DataDiff?> GetDataDiffAsync(string dataset, int from, int to, IReadOnlyList<string>? key, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (!caller.May(Permission.Read, Place.Of(dataset)))
            return null;
        var versions = db.DataVersions.Where(v => v.Dataset.Name == dataset);
        var diffs = await db.DataDiffs.AsNoTracking().Include(d => d.Operation)
            .Where(d => versions.Any(v => v.Id == d.FromId && v.Number == from) && versions.Any(v => v.Id == d.ToId && v.Number == to)).ToListAsync(ct);
        return diffs.Where(d => d.Key.SequenceEqual(key ?? [])).OrderBy(d => d.Operation.State is OperationState.Failed or OperationState.Cancelled).ThenByDescending(d => d.RequestedAt).FirstOrDefault();
    }
}
