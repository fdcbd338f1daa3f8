using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>A node or router whose stream ends here, and when it was last heard of.</summary>
internal sealed class Peer(PeerKind kind, Guid id, string name)
{
    private long heardAt;
    private long memoryUsedBytes;

    public PeerKind Kind => kind;

    public Guid Id => id;

    public string Name => name;

    public DateTimeOffset HeardAt => new(Interlocked.Read(ref heardAt), TimeSpan.Zero);

    public long MemoryUsedBytes => Interlocked.Read(ref memoryUsedBytes);

    public void Heard(DateTimeOffset now) => Interlocked.Exchange(ref heardAt, now.UtcTicks);

    public void Uses(long bytes) => Interlocked.Exchange(ref memoryUsedBytes, bytes);
}
