namespace ModelHub.Database.Events;

/// <summary>The head of the hash chain after a run of the sealer; events cut off at the end are missed by it.</summary>
public sealed class Seal
{
    public long Position { get; init; }

    public ulong Xid { get; init; }

    public long Sequence { get; init; }

    public byte[] Hash { get; init; } = [];

    public DateTimeOffset At { get; init; }
}
