using System.Globalization;
using System.Text.Json;
using ModelHub.Domain.Batches;

namespace ModelHub.Worker.Batches;

/// <summary>
/// A text of the input as the JSON value that nodes take for a field. A missing number is NaN, a missing text is empty; whole
/// numbers and truth values have nothing that stands for missing.
/// </summary>
internal static class FieldValue
{
    private const int Shown = 60;

    /// <returns>What is wrong, or null; then one value was written.</returns>
    public static string? Write(Utf8JsonWriter json, BatchField field, string? text)
    {
        var written = field.Width == 1 ? Scalar(json, field.Datatype, text) : Array(json, field, text);
        return written ? null
            : string.IsNullOrEmpty(text) ? $"{field.Name}: there is no value, and {Expected(field)} has none for missing"
            : $"{field.Name}: {(text.Length > Shown ? text[..Shown] + "…" : text)} is not {Expected(field)}";
    }

    private static string Expected(BatchField field) => field.Width == 1 ? field.Datatype : $"an array of {field.Width} {field.Datatype}";

    private static bool Array(Utf8JsonWriter json, BatchField field, string? text)
    {
        try
        {
            using var array = JsonDocument.Parse(string.IsNullOrEmpty(text) ? "null" : text);
            if (array.RootElement.ValueKind != JsonValueKind.Array || array.RootElement.GetArrayLength() != field.Width) return false;
            json.WriteStartArray();
            foreach (var value in array.RootElement.EnumerateArray())
                if (!Scalar(json, field.Datatype, value.ValueKind switch { JsonValueKind.Null => null, JsonValueKind.String => value.GetString(), _ => value.GetRawText() }))
                    return false;
            json.WriteEndArray();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Scalar(Utf8JsonWriter json, string datatype, string? text)
    {
        switch (datatype)
        {
            case "BYTES":
                json.WriteStringValue(text ?? "");
                return true;
            case "BOOL":
                if (Truth(text) is not { } truth) return false;
                json.WriteBooleanValue(truth);
                return true;
            case "FP32" or "FP64":
                return Number(json, datatype, text);
            default:
                return Whole(datatype, text) is { } whole && WriteWhole(json, whole);
        }
    }

    private static bool Number(Utf8JsonWriter json, string datatype, string? text)
    {
        if (Special(text) is { } special)
        {
            json.WriteStringValue(special);
            return true;
        }
        if (datatype == "FP32")
        {
            if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var single) || !float.IsFinite(single)) return false;
            json.WriteNumberValue(single);
            return true;
        }
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)) return false;
        json.WriteNumberValue(number);
        return true;
    }

    private static string? Special(string? text) => text?.ToUpperInvariant() switch
    {
        null or "" or "NAN" => "NaN",
        "INF" or "INFINITY" or "+INF" => "Infinity",
        "-INF" or "-INFINITY" => "-Infinity",
        _ => null,
    };

    private static bool? Truth(string? text) => text?.ToUpperInvariant() switch
    {
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => null,
    };

    /// <summary>"3" and what tables with missing values make of it, "3.0".</summary>
    private static decimal? Whole(string datatype, string? text)
    {
        var (least, most) = datatype switch
        {
            "INT8" => (sbyte.MinValue, sbyte.MaxValue),
            "INT16" => (short.MinValue, short.MaxValue),
            "INT32" => (int.MinValue, int.MaxValue),
            "UINT8" => (byte.MinValue, byte.MaxValue),
            "UINT16" => (ushort.MinValue, ushort.MaxValue),
            "UINT32" => (uint.MinValue, uint.MaxValue),
            "UINT64" => (ulong.MinValue, ulong.MaxValue),
            _ => ((decimal)long.MinValue, (decimal)long.MaxValue),
        };
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && decimal.Truncate(number) == number && number >= least && number <= most ? number : null;
    }

    private static bool WriteWhole(Utf8JsonWriter json, decimal whole)
    {
        json.WriteRawValue(decimal.Truncate(whole).ToString("0", CultureInfo.InvariantCulture));
        return true;
    }
}
