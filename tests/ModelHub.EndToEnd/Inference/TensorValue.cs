using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelHub.EndToEnd.Inference;

/// <summary>A named tensor, each element by its bytes: little-endian, or the UTF-8 of a string.</summary>
/// <param name="Datatype">as V2 names it; null for what V2 cannot carry</param>
internal sealed record TensorValue(string Name, string? Datatype, long[] Shape, byte[][] Elements)
{
    /// <summary>Whether JSON has a form for it.</summary>
    public bool HasJson => Datatype is not ("FP16" or "BF16");

    /// <summary>The elements as the binary extension and gRPC carry them.</summary>
    public byte[] Raw => [.. Elements.SelectMany(e => Datatype == "BYTES" ? [.. BitConverter.GetBytes(e.Length), .. e] : e)];

    public static int Size(string datatype) => datatype switch
    {
        "BOOL" or "INT8" or "UINT8" => 1,
        "INT16" or "UINT16" or "FP16" or "BF16" => 2,
        "INT32" or "UINT32" or "FP32" => 4,
        _ => 8,
    };

    public static TensorValue FromRaw(string name, string datatype, long[] shape, ReadOnlySpan<byte> raw)
    {
        List<byte[]> elements = [];
        while (raw.Length > 0)
        {
            var head = datatype == "BYTES" ? 4 : 0;
            var size = datatype == "BYTES" ? BitConverter.ToInt32(raw) : Size(datatype);
            elements.Add(raw.Slice(head, size).ToArray());
            raw = raw[(head + size)..];
        }
        return new(name, datatype, shape, [.. elements]);
    }

    /// <summary>An output of a V2 answer in JSON.</summary>
    public static TensorValue FromJson(JsonElement output)
    {
        var datatype = output.GetProperty("datatype").GetString()!;
        return new(
            output.GetProperty("name").GetString()!, datatype,
            [.. output.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())],
            [.. output.GetProperty("data").EnumerateArray().Select(v => Element(datatype, v))]);
    }

    public void WriteData(Utf8JsonWriter json)
    {
        json.WriteStartArray("data");
        foreach (var element in Elements)
            switch (Datatype)
            {
                case "BOOL":
                    json.WriteBooleanValue(element[0] == 1);
                    break;
                case "BYTES":
                    json.WriteStringValue(element);
                    break;
                case "FP32" or "FP64":
                    var number = Datatype == "FP32" ? BitConverter.ToSingle(element) : BitConverter.ToDouble(element);
                    if (double.IsFinite(number))
                        json.WriteRawValue(Datatype == "FP32" ? ((float)number).ToString("R", CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture));
                    else
                        json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                    break;
                default:
                    json.WriteRawValue(Whole(Datatype!, element));
                    break;
            }
        json.WriteEndArray();
    }

    /// <summary>The element as a number, of floating-point datatypes.</summary>
    public double? Number(int element) => Datatype switch
    {
        "FP16" => (double)BitConverter.ToHalf(Elements[element]),
        "BF16" => BitConverter.Int32BitsToSingle(BitConverter.ToInt16(Elements[element]) << 16),
        "FP32" => BitConverter.ToSingle(Elements[element]),
        "FP64" => BitConverter.ToDouble(Elements[element]),
        _ => null,
    };

    private static string Whole(string datatype, byte[] element) => (datatype switch
    {
        "INT8" => (sbyte)element[0],
        "UINT8" => element[0],
        "INT16" => BitConverter.ToInt16(element),
        "UINT16" => BitConverter.ToUInt16(element),
        "INT32" => BitConverter.ToInt32(element),
        "UINT32" => BitConverter.ToUInt32(element),
        "INT64" => BitConverter.ToInt64(element),
        _ => (Int128)BitConverter.ToUInt64(element),
    }).ToString(CultureInfo.InvariantCulture);

    private static byte[] Element(string datatype, JsonElement value) => datatype switch
    {
        "BOOL" => [value.GetBoolean() ? (byte)1 : (byte)0],
        "BYTES" => Encoding.UTF8.GetBytes(value.GetString()!),
        "FP32" => BitConverter.GetBytes(value.ValueKind == JsonValueKind.String ? float.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetSingle()),
        "FP64" => BitConverter.GetBytes(value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble()),
        "INT8" => [(byte)value.GetSByte()],
        "UINT8" => [value.GetByte()],
        "INT16" => BitConverter.GetBytes(value.GetInt16()),
        "UINT16" => BitConverter.GetBytes(value.GetUInt16()),
        "INT32" => BitConverter.GetBytes(value.GetInt32()),
        "UINT32" => BitConverter.GetBytes(value.GetUInt32()),
        "INT64" => BitConverter.GetBytes(value.GetInt64()),
        _ => BitConverter.GetBytes(value.GetUInt64()),
    };
}
