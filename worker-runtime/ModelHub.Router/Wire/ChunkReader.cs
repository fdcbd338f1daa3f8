namespace ModelHub.Router.Wire;

/// <summary>
/// Where one stands in a body of chunks (RFC 9112, 7.1). Strict as the head is: sizes are 1 to 8 hexadecimal digits
/// and nothing else, every line ends in CR LF, there are no extensions and no trailers.
/// </summary>
internal struct ChunkReader
{
    private enum Part
    {
        Size,
        Data,
        AfterData,
        End,
        Done,
    }

    private const int LongestSize = 8;
    private Part part;
    private int left;

    public readonly bool IsDone => part == Part.Done;

    /// <summary>Takes body bytes out of what arrived.</summary>
    /// <param name="consumed">how much of <paramref name="arrived"/> is dealt with; the rest waits for more</param>
    /// <returns>bytes written, or -1 when this is no body of chunks</returns>
    public int Read(ReadOnlySpan<byte> arrived, Span<byte> into, out int consumed)
    {
        consumed = 0;
        var written = 0;
        while (part != Part.Done)
        {
            var rest = arrived[consumed..];
            if (part == Part.Data)
            {
                var n = Math.Min(left, Math.Min(rest.Length, into.Length - written));
                if (n == 0)
                    return written;
                rest[..n].CopyTo(into[written..]);
                (written, consumed, left) = (written + n, consumed + n, left - n);
                if (left == 0)
                    part = Part.AfterData;
                continue;
            }
            var taken = Line(rest);
            if (taken < 0)
                return -1;
            if (taken == 0)
                return written;
            consumed += taken;
        }
        return written;
    }

    /// <returns>bytes of the line, 0 when it is not all here, -1 when it is wrong</returns>
    private int Line(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
            return rest.Length > LongestSize + 1 ? -1 : 0;
        if (end == 0 || rest[end - 1] != '\r')
            return -1;
        var line = rest[..(end - 1)];
        switch (part)
        {
            case Part.Size when Size(line, out left):
                part = left == 0 ? Part.End : Part.Data;
                return end + 1;
            case Part.AfterData when line.IsEmpty:
                part = Part.Size;
                return end + 1;
            case Part.End when line.IsEmpty:
                part = Part.Done;
                return end + 1;
            default:
                return -1;
        }
    }

    private static bool Size(ReadOnlySpan<byte> digits, out int size)
    {
        size = 0;
        if (digits.Length is 0 or > LongestSize)
            return false;
        long value = 0;
        foreach (var digit in digits)
        {
            var nibble = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                _ => -1,
            };
            if (nibble < 0)
                return false;
            value = (value << 4) + nibble;
        }
        size = (int)value;
        return value <= int.MaxValue;
    }
}
