using System.Buffers.Binary;

namespace ModelHub.Inference.Grpc;

/// <summary>How a field is written in a protobuf message.</summary>
public enum Wire
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>Walks the fields of one protobuf message without making objects of them.</summary>
/// <remarks>Wire form: https://protobuf.dev/programming-guides/encoding/</remarks>
public ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> left = message;

    public int Field { get; private set; }

    public Wire Wire { get; private set; }

    /// <summary>The bytes did not follow the wire form.</summary>
    public bool Broken { get; private set; }

    /// <summary>Bytes not yet read.</summary>
    public readonly int Left => left.Length;

    /// <returns>false at the end of the message, and when it is broken</returns>
    public bool Next()
    {
        if (left.IsEmpty || Broken)
            return false;
        var tag = Varint();
        (Field, Wire) = ((int)(tag >> 3), (Wire)(tag & 7));
        if (Field <= 0 || tag > uint.MaxValue || Wire is not (Wire.Varint or Wire.Fixed64 or Wire.Bytes or Wire.Fixed32))
            Broken = true;
        return !Broken;
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < left.Length && i < 10; i++)
        {
            value |= (ulong)(left[i] & 0x7F) << (7 * i);
            if (left[i] >= 0x80)
                continue;
            left = left[(i + 1)..];
            return value;
        }
        return Break();
    }

    public uint Fixed32()
    {
        if (left.Length < 4)
            return (uint)Break();
        var value = BinaryPrimitives.ReadUInt32LittleEndian(left);
        left = left[4..];
        return value;
    }

    public ulong Fixed64()
    {
        if (left.Length < 8)
            return Break();
        var value = BinaryPrimitives.ReadUInt64LittleEndian(left);
        left = left[8..];
        return value;
    }

    /// <summary>The content of a text, bytes, message or packed field.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        if (Wire != Wire.Bytes || length > (ulong)left.Length)
        {
            Break();
            return [];
        }
        var bytes = left[..(int)length];
        left = left[(int)length..];
        return bytes;
    }

    public void Skip()
    {
        switch (Wire)
        {
            case Wire.Varint:
                Varint();
                break;
            case Wire.Fixed64:
                Fixed64();
                break;
            case Wire.Fixed32:
                Fixed32();
                break;
            default:
                Bytes();
                break;
        }
    }

    private ulong Break()
    {
        Broken = true;
        left = [];
        return 0;
    }
}
