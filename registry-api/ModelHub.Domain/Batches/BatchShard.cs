using ModelHub.Domain.Nodes;

namespace ModelHub.Domain.Batches;

/// <summary>
/// A run of rows of the input that go to a node together. Its output is written once: whoever comes second finds it done.
/// </summary>
public sealed class BatchShard
{
    private BatchShard()
    {
    }

    public BatchRunId BatchRunId { get; private set; }

    /// <summary>From 0, in the order of the input.</summary>
    public int Number { get; private set; }

    /// <summary>Rows of the input before it.</summary>
    public long FirstRow { get; private set; }

    public int Rows { get; private set; }

    /// <summary>Null until it is done.</summary>
    public DateTimeOffset? DoneAt { get; private set; }

    /// <summary>Requests it took, over all attempts that came to an end.</summary>
    public int Requests { get; private set; }

    public int Failed { get; private set; }

    /// <summary>The node that answered last.</summary>
    public NodeId? NodeId { get; private set; }

    /// <summary>SHA-256 of the rows of the output, as JSON lines.</summary>
    public string? Digest { get; private set; }

    /// <summary>Those rows, compressed; kept until the run has ended.</summary>
    public byte[]? Output { get; private set; }

    public static BatchShard Of(BatchRunId run, int number, long firstRow, int rows) => new() { BatchRunId = run, Number = number, FirstRow = firstRow, Rows = rows };

    /// <returns>False when it is done already; what was written then stands.</returns>
    public bool Finish(ShardOutput output, DateTimeOffset now)
    {
        if (DoneAt is not null)
            return false;
        (DoneAt, Requests, Failed, NodeId, Digest, Output) = (now, output.Requests, output.Failed, output.Node, output.Digest, output.Compressed);
        return true;
    }
}

/// <param name="Compressed">The rows as JSON lines, compressed by gzip.</param>
/// <param name="Digest">SHA-256 of the rows before that.</param>
public sealed record ShardOutput(int Number, byte[] Compressed, string Digest, int Failed, int Requests, NodeId? Node);
