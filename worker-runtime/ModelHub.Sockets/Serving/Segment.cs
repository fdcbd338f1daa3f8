using System.Buffers;

namespace ModelHub.Sockets.Serving;

/// <summary>One piece of memory in a chain of them.</summary>
internal sealed class Segment : ReadOnlySequenceSegment<byte>
{
    private IMemoryOwner<byte>? block;
    private byte[]? large;
    private Memory<byte> whole;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    public Segment? Following => (Segment?)Next;

    public Memory<byte> Room => whole[Length..];

    public int Capacity => whole.Length;

    public ReadOnlySpan<byte> From(int start) => whole.Span[start..Length];

    public void Advance(int count) => Length += count;

    public void Use(IMemoryOwner<byte> memory)
    {
        block = memory;
        Memory = whole = memory.Memory;
    }

    public void Use(byte[] array)
    {
        large = array;
        Memory = whole = array;
    }

    /// <summary>Puts another behind it; no more is written here.</summary>
    public void Append(Segment next)
    {
        Memory = whole[..Length];
        next.RunningIndex = RunningIndex + Length;
        Next = next;
    }

    /// <summary>Written anew from its beginning.</summary>
    public void Clear()
    {
        Length = 0;
        RunningIndex = 0;
    }

    public void Free()
    {
        block?.Dispose();
        if (large is not null)
            ArrayPool<byte>.Shared.Return(large);
        (block, large, whole, Memory, Next) = (null, null, default, default, null);
        Clear();
    }
}
