using ModelHub.Api.Models;
using ModelHub.Domain.Bundles;

namespace ModelHub.Api.Bundles;

/// <summary>What bundles of this installation are, or were, signed with: the public half.</summary>
[ObjectType<BundleKey>(Only = [
    nameof(BundleKey.Name), nameof(BundleKey.Number), nameof(BundleKey.PublicKey), nameof(BundleKey.CreatedBy), nameof(BundleKey.CreatedAt), nameof(BundleKey.RetiredAt)])]
[Authorize(nameof(Permission.Read))]
internal static class BundleKeyFields;

[ObjectType<BundleExport>(Only = [nameof(BundleExport.Key), nameof(BundleExport.Manifest), nameof(BundleExport.Size), nameof(BundleExport.ExportedBy), nameof(BundleExport.ExportedAt)])]
[Authorize(nameof(Permission.Read))]
internal static class BundleExportFields
{
    public static async Task<Version> GetVersionAsync([Parent] BundleExport export, VersionById versions, CancellationToken ct)
        => (await versions.LoadAsync(export.VersionId, ct))!;
}

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class BundleQueries
{
    private const int MaxListed = 1000;

    /// <summary>The keys of bundles, the one that signs first; at most 1000. Empty until the first bundle is exported or a key is made.</summary>
    [ListSize(AssumedSize = 5)]
    public static async Task<IReadOnlyList<BundleKey>> GetBundleKeysAsync(ModelHubDb db, CancellationToken ct)
        => await db.BundleKeys.AsNoTracking().OrderByDescending(key => key.Number).Take(MaxListed).ToListAsync(ct);

    /// <summary>Every bundle that was taken out, of models the caller may read, the latest first.</summary>
    [UsePaging]
    [UseFiltering("model: Version.Model.Name", "version: Version.Number", nameof(BundleExport.Key), nameof(BundleExport.Manifest), nameof(BundleExport.ExportedBy), nameof(BundleExport.ExportedAt))]
    [UseSorting(nameof(BundleExport.ExportedAt))]
    public static IQueryable<BundleExport> GetBundleExports(Caller caller, ModelHubDb db)
        => db.BundleExports.AsNoTracking().Include(export => export.Version.Model).VisibleTo(caller, export => export.Version.Model.Name)
            .OrderByDescending(export => export.ExportedAt).ThenByDescending(export => export.Id);
}
