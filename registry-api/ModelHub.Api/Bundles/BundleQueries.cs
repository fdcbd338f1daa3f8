using ModelHub.Domain.Bundles;

namespace ModelHub.Api.Bundles;

/// <summary>What bundles of this installation are, or were, signed with: the public half.</summary>
[ObjectType<BundleKey>(Only = [
    nameof(BundleKey.Name), nameof(BundleKey.Number), nameof(BundleKey.PublicKey), nameof(BundleKey.CreatedBy), nameof(BundleKey.CreatedAt), nameof(BundleKey.RetiredAt)])]
[Authorize(nameof(Permission.Read))]
internal static class BundleKeyFields;

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class BundleQueries
{
    private const int MaxListed = 1000;

    /// <summary>The keys of bundles, the one that signs first; at most 1000. Empty until the first bundle is exported or a key is made.</summary>
    [ListSize(AssumedSize = 5)]
    public static async Task<IReadOnlyList<BundleKey>> GetBundleKeysAsync(ModelHubDb db, CancellationToken ct)
        => await db.BundleKeys.AsNoTracking().OrderByDescending(key => key.Number).Take(MaxListed).ToListAsync(ct);
}
