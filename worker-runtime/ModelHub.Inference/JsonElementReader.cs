using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelHub.Inference;

/// <summary>Turns one JSON value into one element of a tensor.</summary>
internal static class JsonElementReader
{
    /// <param name="reader">stands on the value</param>
    /// <returns>false when the value is not of this datatype or out of its range</returns>
    public static bool TryRead(ref Utf8JsonReader reader, Tensor tensor, int element)
    {
        switch (tensor.Datatype)
        {
            case Datatype.Fp32:
                var single = 0f;
                if (!(reader.TokenType == JsonTokenType.Number ? reader.TryGetSingle(out single) && float.IsFinite(single) : TrySpecial(ref reader, out single)))
                    return false;
                MemoryMarshal.Cast<byte, float>(tensor.Data)[element] = single;
                return true;
            case Datatype.Fp64:
                var number = 0d;
                if (reader.TokenType == JsonTokenType.Number)
                {
                    if (!reader.TryGetDouble(out number) || !double.IsFinite(number))
                        return false;
                }
                else if (TrySpecial(ref reader, out single))
                {
                    number = single;
                }
                else
                {
                    return false;
                }
                MemoryMarshal.Cast<byte, double>(tensor.Data)[element] = number;
                return true;
            case Datatype.Bool:
                tensor.Data[element] = reader.TokenType == JsonTokenType.True ? (byte)1 : (byte)0;
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False;
            case Datatype.Bytes:
                return TryText(ref reader, tensor, element);
            default:
                return reader.TokenType == JsonTokenType.Number && TryWhole(ref reader, tensor, element);
        }
    }

    /// <summary>Numbers JSON has no form for travel as these strings.</summary>
    private static bool TrySpecial(ref Utf8JsonReader reader, out float value)
    {
        value = float.NaN;
        if (reader.TokenType != JsonTokenType.String)
            return false;
        if (reader.ValueTextEquals("NaN"u8))
            return true;
        value = float.PositiveInfinity;
        if (reader.ValueTextEquals("Infinity"u8))
            return true;
        value = float.NegativeInfinity;
        return reader.ValueTextEquals("-Infinity"u8);
    }

    private static bool TryText(ref Utf8JsonReader reader, Tensor tensor, int element)
    {
        if (reader.TokenType != JsonTokenType.String)
            return false;
        var most = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
        tensor.Piece(element, reader.CopyString(tensor.Room(most)));
        return true;
    }

    private static bool TryWhole(ref Utf8JsonReader reader, Tensor tensor, int element)
    {
        var data = tensor.Data[(element * tensor.Datatype.Size())..];
        switch (tensor.Datatype)
        {
            case Datatype.Int64 when reader.TryGetInt64(out var value):
                BinaryPrimitives.WriteInt64LittleEndian(data, value);
                return true;
            case Datatype.Int32 when reader.TryGetInt32(out var value):
                BinaryPrimitives.WriteInt32LittleEndian(data, value);
                return true;
            case Datatype.Int16 when reader.TryGetInt16(out var value):
                BinaryPrimitives.WriteInt16LittleEndian(data, value);
                return true;
            case Datatype.Int8 when reader.TryGetSByte(out var value):
                data[0] = (byte)value;
                return true;
            case Datatype.UInt64 when reader.TryGetUInt64(out var value):
                BinaryPrimitives.WriteUInt64LittleEndian(data, value);
                return true;
            case Datatype.UInt32 when reader.TryGetUInt32(out var value):
                BinaryPrimitives.WriteUInt32LittleEndian(data, value);
                return true;
            case Datatype.UInt16 when reader.TryGetUInt16(out var value):
                BinaryPrimitives.WriteUInt16LittleEndian(data, value);
                return true;
            case Datatype.UInt8 when reader.TryGetByte(out var value):
                data[0] = value;
                return true;
            default:
                return false;
        }
    }
}
