using ModelHub.Console.Graph;

namespace ModelHub.Console.Batches;

internal static class ListBatches
{
    public static readonly Operation<ListBatchesVariables, ListBatchesData> Operation = new(
        "ListBatches",
        Documents.ListBatches,
        GraphJson.Default.GraphRequestListBatchesVariables,
        GraphJson.Default.GraphResponseListBatchesData);
}

internal sealed record ListBatchesVariables(int? First, string? After, int? Last, string? Before);

public sealed record ListBatchesData(Connection<BatchRow> Batches);

public sealed record BatchRow(
    string Id, string State, long? RowsTotal, long RowsDone, long RowsFailed, double? Rate, string? Failure, string RequestedBy, DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, VersionRef Version, DataVersionRef? Input, IReadOnlyList<BatchFile> Files, DataVersionRef? Output)
{
    /// <summary>0 to 1; nothing while the rows are not counted.</summary>
    public double? Progress => RowsTotal is { } total and > 0 ? (double)RowsDone / total : null;

    public bool IsOpen => State is "QUEUED" or "RUNNING";
}

public sealed record BatchFile(string Path);
