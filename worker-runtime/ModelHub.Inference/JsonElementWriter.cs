using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelHub.Inference;

/// <summary>Writes elements of a tensor as JSON: numbers to the last digit, NaN and infinities as strings.</summary>
internal static class JsonElementWriter
{
    public static void Write(Utf8JsonWriter json, Datatype datatype, in OutputTensor tensor, int from, int count)
    {
        var data = tensor.Data;
        switch (datatype)
        {
            case Datatype.Fp32:
                foreach (var value in MemoryMarshal.Cast<byte, float>(data).Slice(from, count))
                    if (float.IsFinite(value))
                        json.WriteNumberValue(value);
                    else
                        json.WriteStringValue(Special(value));
                break;
            case Datatype.Fp64:
                foreach (var value in MemoryMarshal.Cast<byte, double>(data).Slice(from, count))
                    if (double.IsFinite(value))
                        json.WriteNumberValue(value);
                    else
                        json.WriteStringValue(Special(value));
                break;
            case Datatype.Int64:
                foreach (var value in MemoryMarshal.Cast<byte, long>(data).Slice(from, count))
                    json.WriteNumberValue(value);
                break;
            case Datatype.UInt64:
                foreach (var value in MemoryMarshal.Cast<byte, ulong>(data).Slice(from, count))
                    json.WriteNumberValue(value);
                break;
            case Datatype.Int32:
                foreach (var value in MemoryMarshal.Cast<byte, int>(data).Slice(from, count))
                    json.WriteNumberValue(value);
                break;
            case Datatype.UInt32:
                foreach (var value in MemoryMarshal.Cast<byte, uint>(data).Slice(from, count))
                    json.WriteNumberValue(value);
                break;
            case Datatype.Int16:
                foreach (var value in MemoryMarshal.Cast<byte, short>(data).Slice(from, count))
                    json.WriteNumberValue(value);
                break;
            case Datatype.UInt16:
                foreach (var value in MemoryMarshal.Cast<byte, ushort>(data).Slice(from, count))
                    json.WriteNumberValue(value);
                break;
            case Datatype.Int8:
                foreach (var value in MemoryMarshal.Cast<byte, sbyte>(data).Slice(from, count))
                    json.WriteNumberValue(value);
                break;
            case Datatype.UInt8:
                foreach (var value in data.Slice(from, count))
                    json.WriteNumberValue(value);
                break;
            case Datatype.Bool:
                foreach (var value in data.Slice(from, count))
                    json.WriteBooleanValue(value != 0);
                break;
            case Datatype.Bytes:
                for (var i = from; i < from + count; i++)
                    json.WriteStringValue(tensor.Text(i));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(datatype), datatype, "has no JSON form");
        }
    }

    private static string Special(double value) =>
        double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}
