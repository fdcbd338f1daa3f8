using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>A node or router whose stream ends here, and when it was last heard of.</summary>
internal sealed class Peer(PeerKind kind, Guid id, string name)
{
    private long heardAt;
    private long memoryUsedBytes;
    private double cpusUsed = double.NaN;

    public PeerKind Kind => kind;

    public Guid Id => id;

    public string Name => name;

    public DateTimeOffset HeardAt => new(Interlocked.Read(ref heardAt), TimeSpan.Zero);

    public long MemoryUsedBytes => Interlocked.Read(ref memoryUsedBytes);

    /// <summary>Processors kept busy; null when it does not tell.</summary>
    public double? CpusUsed => Volatile.Read(ref cpusUsed) is var used && double.IsFinite(used) ? used : null;

    public void Heard(DateTimeOffset now) => Interlocked.Exchange(ref heardAt, now.UtcTicks);

    public void Uses(long bytes, double? cpus)
    {
        Interlocked.Exchange(ref memoryUsedBytes, bytes);
        Volatile.Write(ref cpusUsed, cpus is >= 0 ? cpus.Value : double.NaN);
    }
}
