using System.Buffers.Binary;
using ModelHub.Inference;

namespace ModelHub.Router.Sketching;

/// <summary>Reads elements that lie behind the JSON as they lie in memory, texts with their length before them.</summary>
internal static class BinaryElements
{
    /// <param name="into">null: passed over</param>
    /// <returns>false when the bytes are no whole elements</returns>
    public static bool Read(ReadOnlySpan<byte> raw, Datatype datatype, IElements? into)
    {
        if (into is null)
            return true;
        return datatype == Datatype.Bytes ? Texts(raw, into) : Numbers(raw, datatype, into);
    }

    private static bool Texts(ReadOnlySpan<byte> raw, IElements into)
    {
        for (var index = 0; raw.Length > 0; index++)
        {
            if (raw.Length < 4 || BinaryPrimitives.ReadInt32LittleEndian(raw) is var length && (length < 0 || length > raw.Length - 4))
                return false;
            into.Text(index, raw.Slice(4, length));
            raw = raw[(4 + length)..];
        }
        return true;
    }

    private static bool Numbers(ReadOnlySpan<byte> raw, Datatype datatype, IElements into)
    {
        var size = datatype.Size();
        if (size == 0 || raw.Length % size != 0)
            return false;
        for (var index = 0; raw.Length > 0; index++, raw = raw[size..])
            if (datatype == Datatype.Bool)
                into.Text(index, raw[0] == 0 ? "false"u8 : "true"u8);
            else
                into.Number(index, Number(raw, datatype));
        return true;
    }

    private static double Number(ReadOnlySpan<byte> raw, Datatype datatype) => datatype switch
    {
        Datatype.Fp32 => BinaryPrimitives.ReadSingleLittleEndian(raw),
        Datatype.Fp64 => BinaryPrimitives.ReadDoubleLittleEndian(raw),
        Datatype.Fp16 => (double)BinaryPrimitives.ReadHalfLittleEndian(raw),
        // The upper half of a single.
        Datatype.Bf16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(raw) << 16),
        Datatype.UInt8 => raw[0],
        Datatype.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(raw),
        Datatype.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(raw),
        Datatype.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(raw),
        Datatype.Int8 => (sbyte)raw[0],
        Datatype.Int16 => BinaryPrimitives.ReadInt16LittleEndian(raw),
        Datatype.Int32 => BinaryPrimitives.ReadInt32LittleEndian(raw),
        _ => BinaryPrimitives.ReadInt64LittleEndian(raw),
    };
}
