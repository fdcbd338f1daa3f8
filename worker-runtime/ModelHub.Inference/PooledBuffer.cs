using System.Buffers;

namespace ModelHub.Inference;

/// <summary>Bytes being written, in arrays of the pool. Not for use by two threads at once.</summary>
public sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int Smallest = 1024;
    private byte[] array = [];

    public int Count { get; private set; }

    public int Capacity => array.Length;

    public ReadOnlyMemory<byte> Written => array.AsMemory(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Empties it; keeps its array when that has at most so many bytes.</summary>
    public void Trim(int keptBytes)
    {
        if (array.Length > keptBytes)
            Dispose();
        Count = 0;
    }

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return array.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return array.AsSpan(Count);
    }

    /// <summary>As many bytes as the number has, in the machine's order.</summary>
    public void Write<T>(T number)
        where T : unmanaged
    {
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in number));
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    public void Dispose()
    {
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
        (array, Count) = ([], 0);
    }

    private void Grow(int sizeHint)
    {
        var needed = checked(Count + Math.Max(sizeHint, 1));
        if (array.Length >= needed)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(needed, array.Length * 2), Smallest));
        array.AsSpan(0, Count).CopyTo(larger);
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
        array = larger;
    }
}
