using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Bundles;

internal static class ListBundles
{
    public static readonly Operation<ListBundlesVariables, ListBundlesData> Operation = new(
        "ListBundles",
        Documents.ListBundles,
        GraphJson.Default.GraphRequestListBundlesVariables,
        GraphJson.Default.GraphResponseListBundlesData);
}

internal sealed record ListBundlesVariables(int? First, string? After, int? Last, string? Before, BundleFilter? Where);

internal sealed record BundleFilter(TextFilter? Model, WholeNumberFilter? Version)
{
    public static BundleFilter? Of(string? model, int? version) =>
        model is null && version is null ? null : new(TextFilter.Exactly(model), version is { } number ? new WholeNumberFilter(number) : null);
}

public sealed record ListBundlesData(Connection<BundleRow> BundleExports, IReadOnlyList<BundleKeyRow> BundleKeys);

public sealed record BundleRow(string Key, string Manifest, long Size, string ExportedBy, DateTimeOffset ExportedAt, VersionRef Version);

public sealed record BundleKeyRow(string Name, int Number, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt);
