using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Datasets;

internal static class ListDatasets
{
    public static readonly Operation<ListDatasetsVariables, ListDatasetsData> Operation = new(
        "ListDatasets",
        Documents.ListDatasets,
        GraphJson.Default.GraphRequestListDatasetsVariables,
        GraphJson.Default.GraphResponseListDatasetsData);
}

internal sealed record ListDatasetsVariables(int? First, string? After, int? Last, string? Before, DatasetFilter? Where);

internal sealed record DatasetFilter(TextFilter? Name = null);

public sealed record ListDatasetsData(Connection<DatasetRow> Datasets);

public sealed record DatasetRow(
    string Name, string? Description, DateTimeOffset CreatedAt, IReadOnlyList<Tag> Tags, DatasetRowVersion? LatestVersion);

public sealed record DatasetRowVersion(int Number, string State, long? RowCount, DateTimeOffset CreatedAt);
