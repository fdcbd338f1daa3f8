using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;

namespace ModelHub.Domain.Batches;

/// <summary>
/// A version run over all rows of some data, a shard at a time; its output is a data version with one row for each row
/// of the input. It shares its states with the operation that executes it.
/// </summary>
public sealed class BatchRun : IRevisioned
{
    private BatchRun()
    {
    }

    public BatchRunId Id { get; private set; }

    public OperationId OperationId { get; private set; }

    public Operation Operation { get; private set; } = null!;

    public OperationState State { get; private set; }

    public VersionId VersionId { get; private set; }

    public Models.Version Version { get; private set; } = null!;

    /// <summary>The files that are read, one after the other.</summary>
    public IReadOnlyList<DataFile> Files { get; private set; } = [];

    /// <summary>The data version they are; null for a file that was only uploaded.</summary>
    public DataVersionId? InputId { get; private set; }

    public DataVersion? Input { get; private set; }

    public BatchFormat Format { get; private set; }

    /// <summary>Rows that go to a node in one request.</summary>
    public int ShardRows { get; private set; }

    /// <summary>On how many nodes the version is held for it; fewer will do.</summary>
    public int Nodes { get; private set; }

    /// <summary>Columns of the input that go into the output, as text.</summary>
    public IReadOnlyList<string> Keep { get; private set; } = [];

    /// <summary>Rows of the input; null until they are counted.</summary>
    public long? RowsTotal { get; private set; }

    /// <summary>Rows whose output is stored, with a prediction or with an error.</summary>
    public long RowsDone { get; private set; }

    /// <summary>Rows that got an error for a prediction.</summary>
    public long RowsFailed { get; private set; }

    /// <summary>Of the attempt that runs or ran last, in rows per second; null before the first shard.</summary>
    public double? Rate { get; private set; }

    /// <summary>The dataset whose next version the output becomes.</summary>
    public DatasetId DatasetId { get; private set; }

    public Dataset Dataset { get; private set; } = null!;

    public DataVersionId? OutputId { get; private set; }

    public DataVersion? Output { get; private set; }

    public string RequestedBy { get; private set; } = "";

    public DateTimeOffset RequestedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public string? Failure { get; private set; }

    public long Revision { get; private set; }

    public BatchFormat InputFormat => BatchFormats.OfFile(Files[0].Path)!.Value;

    public BatchColumns Columns => BatchColumns.Of(Version.Signature!, Keep).Value;

    /// <param name="id">Chosen before, because the operation names it as its subject.</param>
    public static Result<BatchRun> Open(BatchRunId id, BatchRequest request, Actor actor, DateTimeOffset now)
    {
        if (request.Check() is { } refusal)
            return refusal;

        return new BatchRun
        {
            Id = id,
            OperationId = request.Operation,
            VersionId = request.Version.Id,
            Files = request.Files,
            InputId = request.Data?.Id,
            Format = request.Format,
            ShardRows = request.ShardRows,
            Nodes = request.Nodes,
            Keep = request.Keep ?? [],
            DatasetId = request.Output.Id,
            RequestedBy = actor.Value,
            RequestedAt = now,
        };
    }

    public Refusal? Start(DateTimeOffset now)
    {
        if (State.HasEnded())
            return new BatchRunEnded(State);

        (State, StartedAt) = (OperationState.Running, StartedAt ?? now);
        return null;
    }

    /// <summary>Cuts the input into shards: all of <see cref="ShardRows"/> rows but the last.</summary>
    public Result<IReadOnlyList<BatchShard>> Cut(long rows)
    {
        if (rows == 0)
            return new InvalidInput("input", "at least one row");
        var shards = (rows + ShardRows - 1) / ShardRows;
        if (shards > BatchLimits.Shards)
            return new InvalidInput("shardRows", $"at least {(rows + BatchLimits.Shards - 1) / BatchLimits.Shards} for {rows} rows, since there may be {BatchLimits.Shards} shards");

        RowsTotal = rows;
        // 2,500 rows by 1,000 → 0…999, 1000…1999, 2000…2499
        return Enumerable.Range(0, (int)shards)
            .Select(number => BatchShard.Of(Id, number, (long)number * ShardRows, (int)Math.Min(ShardRows, rows - (long)number * ShardRows))).ToArray();
    }

    public void Advance(long done, long failed, double? rate) => (RowsDone, RowsFailed, Rate) = (done, failed, rate ?? Rate);

    public Refusal? Succeed(DataVersionId output, DateTimeOffset now)
    {
        if (State.HasEnded())
            return new BatchRunEnded(State);

        OutputId = output;
        return End(OperationState.Succeeded, null, now);
    }

    public Refusal? Fail(string failure, DateTimeOffset now) => End(OperationState.Failed, failure, now);

    public Refusal? Cancel(DateTimeOffset now) => End(OperationState.Cancelled, null, now);

    private BatchRunEnded? End(OperationState state, string? failure, DateTimeOffset now)
    {
        if (State.HasEnded())
            return new BatchRunEnded(State);

        (State, Failure, EndedAt) = (state, failure, now);
        return null;
    }
}
