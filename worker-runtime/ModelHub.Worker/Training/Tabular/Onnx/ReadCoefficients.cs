using System.Text;
using System.Text.Json;

namespace ModelHub.Worker.Training.Tabular.Onnx;

/// <summary>
/// Reads the coefficients that the built-in trainer left in a model's metadata, without loading the model. A file of
/// any other make gives null: a warm start needs a parent of one's own kind.
/// </summary>
internal static class ReadCoefficients
{
    private const int MetadataField = 14;

    public static RawCoefficients? From(ReadOnlySpan<byte> model)
    {
        while (TryField(ref model, out var field, out var content))
            if (field == MetadataField && Entry(content) is (WriteOnnx.CoefficientsKey, { } json))
                return Parse(json);
        return null;
    }

    private static RawCoefficients? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<RawCoefficients>(json, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            // Another tool used the key for something else: train from zero.
            return null;
        }
    }

    private static (string Key, string Value) Entry(ReadOnlySpan<byte> entry)
    {
        string key = "", value = "";
        while (TryField(ref entry, out var field, out var content))
        {
            if (field == 1) key = Encoding.UTF8.GetString(content);
            if (field == 2) value = Encoding.UTF8.GetString(content);
        }
        return (key, value);
    }

    /// <summary>Takes one field off the front; false at the end or where the bytes are no protocol buffer.</summary>
    private static bool TryField(ref ReadOnlySpan<byte> rest, out int field, out ReadOnlySpan<byte> content)
    {
        field = 0;
        content = default;
        if (!TryVarint(ref rest, out var tag)) return false;
        field = (int)(tag >> 3);
        long length;
        switch (tag & 7)
        {
            case 0: return TryVarint(ref rest, out _);
            case 1: length = 8; break;
            case 5: length = 4; break;
            case 2 when TryVarint(ref rest, out var declared): length = declared > int.MaxValue ? long.MaxValue : (long)declared; break;
            default: return false;
        }
        if (length > rest.Length) return false;
        content = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] >= 0x80) continue;
            rest = rest[(i + 1)..];
            return true;
        }
        return false;
    }
}
