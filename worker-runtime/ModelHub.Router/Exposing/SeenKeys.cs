using System.Buffers.Binary;

namespace ModelHub.Router.Exposing;

/// <summary>
/// Keys that were told lately, in a table of fixed size: a key that falls on another's place takes it, and the other is told once more.
/// Whoever reads it may forget or repeat, for the API counts a key once.
/// </summary>
internal sealed class SeenKeys
{
    private const int Places = 1 << 16;

    /// <summary>A word may have been lost on the way: a key that comes again after so long is told again.</summary>
    private const long Remembered = 60_000;
    private readonly ulong[] places = new ulong[Places];
    private long since;

    /// <param name="now">on the clock of <see cref="Environment.TickCount64"/></param>
    public bool Has(Guid key, long now)
    {
        if (now - Volatile.Read(ref since) > Remembered)
        {
            Volatile.Write(ref since, now);
            Array.Clear(places);
        }
        var mark = MarkOf(key);
        return Volatile.Read(ref places[mark % Places]) == mark;
    }

    public void Add(Guid key)
    {
        var mark = MarkOf(key);
        Volatile.Write(ref places[mark % Places], mark);
    }

    // Hashes: any eight bytes of one are as good as others. 0 stands for none.
    private static ulong MarkOf(Guid key)
    {
        Span<byte> bytes = stackalloc byte[16];
        key.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) | 1;
    }
}
