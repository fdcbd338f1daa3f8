using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ModelHub.Inference.Grpc;

/// <summary>Writes fields of a protobuf message at the end of a buffer.</summary>
internal static class ProtoWriter
{
    private const int LongestVarint = 10;

    public static void Varint(this PooledBuffer to, ulong value)
    {
        var span = to.GetSpan(LongestVarint);
        var n = 0;
        for (; value >= 0x80; value >>= 7)
            span[n++] = (byte)(value | 0x80);
        span[n++] = (byte)value;
        to.Advance(n);
    }

    public static void Tag(this PooledBuffer to, int field, Wire wire) => to.Varint((ulong)(field << 3 | (int)wire));

    public static void Bytes(this PooledBuffer to, int field, ReadOnlySpan<byte> bytes)
    {
        to.Tag(field, Wire.Bytes);
        to.Varint((ulong)bytes.Length);
        to.Write(bytes);
    }

    public static void Text(this PooledBuffer to, int field, string text)
    {
        to.Tag(field, Wire.Bytes);
        to.Varint((ulong)Encoding.UTF8.GetByteCount(text));
        to.Advance(Encoding.UTF8.GetBytes(text, to.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }

    public static int VarintBytes(ulong value)
    {
        var n = 1;
        for (; value >= 0x80; value >>= 7)
            n++;
        return n;
    }

    public static void Fixed32(this PooledBuffer to, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), value);
        to.Advance(4);
    }
}
