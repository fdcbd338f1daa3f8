using System.Buffers;
using System.Runtime.InteropServices;

namespace ModelHub.Sockets.Serving;

/// <summary>
/// Bytes that wait between a socket and its user, in pieces. The first piece is a block of the server's pool, each further one
/// is larger than the one before, so that much is moved in few calls; what was used up is kept for what comes next.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct Chain(MemoryPool<byte> pool)
{
    private const int LeastRoom = 512;
    private const int Largest = 64 * 1024;
    private const int MostSpare = 4;
    private Segment? spare;
    private int spares;

    public Segment? First { get; private set; }

    public Segment? Last { get; private set; }

    /// <summary>Where in the first piece the bytes begin that were not taken yet.</summary>
    public int Start { get; private set; }

    public readonly bool IsEmpty => First is null || (First == Last && Start == Last!.Length);

    public readonly ReadOnlySequence<byte> Bytes => First is null ? ReadOnlySequence<byte>.Empty : new(First, Start, Last!, Last!.Length);

    /// <param name="least">bytes; 0: any</param>
    public Memory<byte> Room(int least = 0)
    {
        if (Last is not { } last || last.Room.Length < Math.Max(least, Math.Min(LeastRoom, last.Capacity / 2)))
            last = Grow(least);
        return last.Room;
    }

    public readonly void Advance(int count) => Last!.Advance(count);

    public void Take(Segment until, int start)
    {
        while (First != until)
            DropFirst();
        Start = start;
        if (!IsEmpty)
            return;
        if (Last!.Capacity > pool.MaxBufferSize)
            Clear();
        else
            Rewind(Last);
    }

    /// <summary>Takes this many bytes of the first piece.</summary>
    public void Take(int count)
    {
        Start += count;
        if (First!.Following is { } next && Start == First.Length)
            Take(next, 0);
        else if (IsEmpty)
            Take(First, Start);
    }

    public void Clear()
    {
        while (First is not null)
            DropFirst();
        (Last, Start) = (null, 0);
    }

    private void Rewind(Segment segment)
    {
        segment.Clear();
        Start = 0;
    }

    private Segment Grow(int least)
    {
        var segment = spare ?? new();
        if (spare is not null)
            (spare, spares) = (segment.Following, spares - 1);
        segment.Free();
        var size = Math.Max(least, Last is null ? 0 : Math.Min(Largest, Last.Capacity * 4));
        if (size <= pool.MaxBufferSize)
            segment.Use(pool.Rent());
        else
            segment.Use(ArrayPool<byte>.Shared.Rent(size));
        if (Last is null)
            First = segment;
        else
            Last.Append(segment);
        return Last = segment;
    }

    private void DropFirst()
    {
        var first = First!;
        First = first.Following;
        first.Free();
        if (spares == MostSpare)
            return;
        if (spare is not null)
            first.Append(spare);
        (spare, spares) = (first, spares + 1);
    }
}
