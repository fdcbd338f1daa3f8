namespace ModelHub.Domain.Batches;

/// <summary>What one batch run may be.</summary>
public static class BatchLimits
{
    /// <summary>Rows of a shard, which go to a node in one request.</summary>
    public const int ShardRows = 10_000;

    public const int DefaultShardRows = 1_000;

    public const int Shards = 100_000;

    public const int Nodes = 64;

    public const int DefaultNodes = 2;

    /// <summary>Columns of the input that go into the output.</summary>
    public const int Kept = 100;

    /// <summary>Bytes of all files of the input.</summary>
    public const long InputBytes = 16L << 30;
}
