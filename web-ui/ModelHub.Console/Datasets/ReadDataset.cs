using ModelHub.Console.Graph;

namespace ModelHub.Console.Datasets;

internal static class ReadDataset
{
    public static readonly Operation<ReadDatasetVariables, ReadDatasetData> Operation = new(
        "ReadDataset",
        Documents.ReadDataset,
        GraphJson.Default.GraphRequestReadDatasetVariables,
        GraphJson.Default.GraphResponseReadDatasetData);
}

internal sealed record ReadDatasetVariables(string Name, int? First, string? After, int? Last, string? Before);

public sealed record ReadDatasetData(DatasetDetail? Dataset);

public sealed record DatasetDetail(
    string Id, string Name, string? Description, DateTimeOffset CreatedAt, long Revision, IReadOnlyList<Tag> Tags, Connection<DataVersionRow> Versions);

public sealed record DataVersionRow(
    int Number, string State, string? Digest, long? RowCount, DateTimeOffset CreatedAt, string? CreatedBy,
    IReadOnlyList<DataFile> Files, TotalOnly UsedBy);

public sealed record DataFile(string Path, long Size, string Digest);
