using ModelHub.Router.Routing;

namespace ModelHub.Router.Recording;

/// <summary>What lasts of an endpoint's part in the ledger when its table is replaced: the place in the sequence, the cap, the counts.</summary>
internal sealed class LedgerTap(Guid endpoint)
{
    private long second;
    private int inSecond;
    private long sent;
    private long dropped;

    public Guid Endpoint => endpoint;

    // Away from the sequences that deal variants and copies: in step with them a share could fall on one variant only.
    public Turns Turns { get; } = new(BitConverter.ToUInt64(endpoint.ToByteArray(), 8) * 0xD6E8_FEB8_6659_FD93);

    /// <summary>Sent and dropped ones together: what still waits here is neither.</summary>
    public long Sampled => Interlocked.Read(ref sent) + Dropped;

    public long Dropped => Interlocked.Read(ref dropped);

    public void Drop() => Interlocked.Increment(ref dropped);

    public void Send(int count) => Interlocked.Add(ref sent, count);

    public bool IsWithin(int perSecond)
    {
        var now = Environment.TickCount64 / 1_000;
        if (Volatile.Read(ref second) != now && Interlocked.Exchange(ref second, now) != now)
            Volatile.Write(ref inSecond, 0);
        return Interlocked.Increment(ref inSecond) <= perSecond;
    }
}
