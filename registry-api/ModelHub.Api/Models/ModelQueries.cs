namespace ModelHub.Api.Models;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class ModelQueries
{
    /// <summary>The models the caller may read, by name unless ordered otherwise.</summary>
    [UsePaging]
    [UseFiltering(nameof(Model.Name), nameof(Model.Owner), nameof(Model.CreatedAt), nameof(Model.UpdatedAt), "Tags[Key, Value]")]
    [UseSorting(nameof(Model.Name), nameof(Model.CreatedAt), nameof(Model.UpdatedAt))]
    public static IQueryable<Model> GetModels(Caller caller, ModelHubDb db)
        => db.Set<Model>().AsNoTracking().VisibleTo(caller, model => model.Name)
            .OrderBy(model => model.Name);

    /// <summary>A model by its full name.</summary>
    public static async Task<Model?> GetModelAsync(string name, Caller caller, ModelHubDb db, CancellationToken ct)
        => (await db.Set<Model>().AsNoTracking().SingleOrDefaultAsync(model => model.Name == name, ct)).IfVisible(caller, model => model.Name);

    /// <summary>A version by its model's full name and its number.</summary>
    public static async Task<Version?> GetVersionAsync(string model, int version, Caller caller, ModelHubDb db, CancellationToken ct)
        => (await db.Set<Version>().AsNoTracking().Include(v => v.Model).SingleOrDefaultAsync(v => v.Model.Name == model && v.Number == version, ct))
            .IfVisible(caller, v => v.Model.Name);
}
