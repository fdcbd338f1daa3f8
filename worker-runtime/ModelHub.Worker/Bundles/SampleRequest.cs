using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelHub.Onnx.Signatures;

namespace ModelHub.Worker.Bundles;

/// <summary>
/// A V2 request of one row. Where the training data has a column of the input's name, the value is a usual one of that column;
/// else numbers with fractions count up in eighths, which every float holds exactly, and all else is 0, false or empty.
/// Nothing is drawn: the same signature and data give the same request.
/// </summary>
internal static class SampleRequest
{
    private const int MostElements = 1_000_000;

    // The text goes to programs, not into a web page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="usual">A usual value by the name of the input or, for one input of many columns, of the feature.</param>
    /// <returns>Why there can be none, or null.</returns>
    public static string? Write(Signature signature, IReadOnlyDictionary<string, string> usual, Stream to)
    {
        if (signature.Inputs.FirstOrDefault(input => input.Datatype is "FP16" or "BF16") is { } half)
            return $"its input '{half.Name}' is of {half.Datatype}, which JSON has no form for";
        if (signature.Inputs.FirstOrDefault(input => Elements(input) > MostElements) is { } large)
            return $"its input '{large.Name}' has {Elements(large)} elements in a row, more than {MostElements}";
        using var json = new Utf8JsonWriter(to, Options);
        json.WriteStartObject();
        json.WriteStartArray("inputs");
        foreach (var input in signature.Inputs)
            Write(json, input, signature.Inputs.Length == 1 ? signature.Features ?? [] : [], usual);
        json.WriteEndArray();
        json.WriteEndObject();
        return null;
    }

    private static void Write(Utf8JsonWriter json, TensorSpec input, string[] features, IReadOnlyDictionary<string, string> usual)
    {
        json.WriteStartObject();
        json.WriteString("name", input.Name);
        json.WriteString("datatype", input.Datatype);
        json.WriteStartArray("shape");
        foreach (var size in Shape(input))
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data");
        for (var i = 0; i < Elements(input); i++)
            Value(json, input.Datatype, usual.GetValueOrDefault(i < features.Length ? features[i] : input.Name), i);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, string datatype, string? usual, int index)
    {
        var known = double.TryParse(usual, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
        if (datatype == "BYTES")
            json.WriteStringValue(usual ?? "");
        else if (datatype == "BOOL")
            json.WriteBooleanValue(bool.TryParse(usual, out var yes) && yes);
        else if (datatype == "FP32" && (!known || Math.Abs(number) <= float.MaxValue))
            json.WriteNumberValue(known ? (float)number : (index % 8 + 1) / 8f);
        else if (datatype is "FP32" or "FP64")
            json.WriteNumberValue(known ? number : (index % 8 + 1) / 8d);
        else
            json.WriteNumberValue(known && Fits(datatype, Math.Round(number)) ? (long)Math.Round(number) : 0);
    }

    private static bool Fits(string datatype, double whole) => datatype switch
    {
        "INT8" => whole is >= sbyte.MinValue and <= sbyte.MaxValue,
        "UINT8" => whole is >= 0 and <= byte.MaxValue,
        "INT16" => whole is >= short.MinValue and <= short.MaxValue,
        "UINT16" => whole is >= 0 and <= ushort.MaxValue,
        "INT32" => whole is >= int.MinValue and <= int.MaxValue,
        "UINT32" => whole is >= 0 and <= uint.MaxValue,
        // Beyond 2^53 a double does not hold every whole number.
        "INT64" => Math.Abs(whole) <= 1L << 53,
        "UINT64" => whole is >= 0 and <= 1L << 53,
        _ => false,
    };

    private static long[] Shape(TensorSpec input) => [.. (input.Shape ?? [1]).Select(size => size < 0 ? 1 : size)];

    private static Int128 Elements(TensorSpec input) => Shape(input).Aggregate((Int128)1, (product, size) => product * size);
}
