using System.Buffers.Binary;
using System.Text;

namespace ModelHub.Onnx.Files;

/// <summary>
/// Walks the fields of one protobuf message. Everything is checked against the bytes that are there;
/// what does not fit throws <see cref="InvalidDataException"/> with the position in the file.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes, long origin = 0)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at;

    public int Field { get; private set; }

    public WireType Wire { get; private set; }

    /// <summary>Where the tag of the present field starts, in this message.</summary>
    public int Start { get; private set; }

    /// <summary>Where the next field starts, in this message.</summary>
    public readonly int End => at;

    public readonly long Position => origin + at;

    /// <returns>false at the end of the message</returns>
    public bool Next()
    {
        Start = at;
        if (at == bytes.Length)
            return false;
        var tag = Varint();
        (Field, Wire) = ((int)(tag >> 3), (WireType)(tag & 7));
        if (tag >> 3 is 0 or > 536_870_911)
            throw Broken("a field number out of range");
        return true;
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at == bytes.Length)
                throw Broken("a number that ends too early");
            var one = bytes[at++];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
                return value;
        }
        throw Broken("a number longer than ten bytes");
    }

    public long Number() => Wire == WireType.Varint ? (long)Varint() : throw Unexpected();

    public float Single()
    {
        if (Wire != WireType.Fixed32)
            throw Unexpected();
        if (bytes.Length - at < 4)
            throw Broken("a number that ends too early");
        at += 4;
        return BinaryPrimitives.ReadSingleLittleEndian(bytes[(at - 4)..]);
    }

    public ReadOnlySpan<byte> Bytes()
    {
        if (Wire != WireType.Bytes)
            throw Unexpected();
        var length = Varint();
        if (length > (ulong)(bytes.Length - at))
            throw Broken($"a field of {length} bytes where {bytes.Length - at} are left");
        var content = bytes.Slice(at, (int)length);
        at += (int)length;
        return content;
    }

    public ProtobufReader Message()
    {
        var content = Bytes();
        return new ProtobufReader(content, Position - content.Length);
    }

    /// <param name="limit">in bytes</param>
    public string Text(int limit)
    {
        var content = Bytes();
        if (content.Length > limit)
            throw Broken($"a name of {content.Length} bytes; the limit is {limit}");
        try
        {
            return Strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            throw Broken("a name that is not UTF-8");
        }
    }

    /// <summary>A repeated number, written one by one or packed.</summary>
    public void Numbers(List<long> to, int limit)
    {
        if (Wire == WireType.Varint)
            to.Add((long)Varint());
        else
            for (var packed = Message(); packed.at < packed.bytes.Length && to.Count <= limit;)
                to.Add((long)packed.Varint());
        if (to.Count > limit)
            throw Broken($"a list of more than {limit} numbers");
    }

    public void Skip()
    {
        switch (Wire)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Bytes:
                Bytes();
                break;
            case WireType.Fixed64 when bytes.Length - at >= 8:
                at += 8;
                break;
            case WireType.Fixed32 when bytes.Length - at >= 4:
                at += 4;
                break;
            default:
                throw Unexpected();
        }
    }

    public readonly InvalidDataException Broken(string what) => new($"{what} (at byte {Position})");

    private readonly InvalidDataException Unexpected() => Broken($"field {Field} in a form it does not have");
}

internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    GroupStart = 3,
    GroupEnd = 4,
    Fixed32 = 5,
}
