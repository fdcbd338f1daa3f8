using System.Buffers;

namespace ModelHub.GraphQL.Execution;

/// <summary>The answer would be longer than the limit.</summary>
internal sealed class ResponseTooLargeException(int limit) : Exception($"The response is too large: the limit is {limit} bytes.");

/// <summary>JSON into a pooled buffer that can be cut back, which is how a null takes the place of half an object.</summary>
internal sealed partial class ResponseWriter : IBufferWriter<byte>, IDisposable
{
    private readonly int limit;
    private byte[] buffer;
    private int room;
    private int length;

    /// <param name="limit">The most bytes an answer may have.</param>
    /// <param name="expected">About how long the answer will be; it may be longer.</param>
    public ResponseWriter(int limit, int expected = 1024)
    {
        this.limit = limit;
        buffer = ArrayPool<byte>.Shared.Rent(expected);
        room = Math.Min(buffer.Length, limit);
    }

    public int Length => length;

    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>Forgets everything after a position.</summary>
    public void Truncate(int position) => length = position;

    public void Raw(byte value)
    {
        Ensure(1);
        buffer[length++] = value;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    void IBufferWriter<byte>.Advance(int count) => length += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        var free = Free(sizeHint);
        return buffer.AsMemory(length, free);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        var free = Free(sizeHint);
        return buffer.AsSpan(length, free);
    }

    private int Free(int atLeast)
    {
        var wanted = Math.Max(atLeast, 1);
        Ensure(wanted);
        return Math.Max(room - length, wanted);
    }

    private void Ensure(int more)
    {
        if (more > room - length)
            MakeRoom(more);
    }

    // Requests for space are upper bounds: near the limit only what is written counts.
    private void MakeRoom(int more)
    {
        if (length > limit)
            throw new ResponseTooLargeException(limit);
        var needed = checked(length + more);
        if (needed > buffer.Length)
            Grow(needed <= limit ? Math.Max(buffer.Length * 2, needed) : needed);
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        room = Math.Min(buffer.Length, limit);
    }
}
