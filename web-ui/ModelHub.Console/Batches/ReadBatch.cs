using System.Text.Json.Serialization;
using ModelHub.Console.Access;
using ModelHub.Console.Graph;
using ModelHub.Console.Live;

namespace ModelHub.Console.Batches;

internal static class ReadBatch
{
    public static readonly Operation<ReadBatchVariables, ReadBatchData> Operation = new(
        "ReadBatch",
        Documents.ReadBatch,
        GraphJson.Default.GraphRequestReadBatchVariables,
        GraphJson.Default.GraphResponseReadBatchData);
}

internal sealed record ReadBatchVariables(string Id);

public sealed record ReadBatchData(BatchDetail? Batch, Me Me);

public sealed record BatchDetail(
    string Id, string State, string Format, int ShardRows, int Nodes, IReadOnlyList<string> Keep, long? RowsTotal, long RowsDone, long RowsFailed, double? Rate, string? Failure,
    string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, VersionRef Version, IReadOnlyList<BatchInputFile> Files, DataVersionRef? Input,
    NameOnly? Dataset, BatchOutput? Output, IReadOnlyList<BatchPlacement> Placements, BatchOperation Operation)
{
    public bool IsOpen => State is "QUEUED" or "RUNNING";

    /// <summary>0 to 1; nothing while the rows are not counted.</summary>
    public double? Progress => RowsTotal is { } total and > 0 ? (double)RowsDone / total : null;

    public long? ShardsTotal => RowsTotal is { } total ? Shards(total) : null;

    // Only the last shard may be short, so the rows tell the shards: 2,500 rows by 1,000 → 3, whichever came first.
    public long ShardsDone => Shards(RowsDone);

    /// <summary>At the rate of now; nothing when there is none.</summary>
    public TimeSpan? Left => State == "RUNNING" && RowsTotal is { } total && Rate is { } rate and > 0 ? TimeSpan.FromSeconds((total - RowsDone) / rate) : null;

    private long Shards(long rows) => (rows + ShardRows - 1) / ShardRows;
}

public sealed record BatchInputFile(string Path, long Size);

public sealed record BatchOutput([property: JsonConverter(typeof(NameOf))] string Dataset, int Number, long? RowCount);

public sealed record BatchPlacement(string State, BatchPlacementFailure? LastFailure, DateTimeOffset UpdatedAt, NameOnly Node);

public sealed record BatchPlacementFailure(string Reason, string Message);

public sealed record BatchOperation(string Id, int Attempts, bool CancelRequested, string? Message, IReadOnlyList<LogLine> Log);
