using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelHub.Onnx.Variants;

/// <summary>A variant beside the model it was made from.</summary>
/// <param name="Reason">why they cannot be compared; null when they were</param>
/// <param name="RowMicrosBefore">median time of a run on one row, of the original</param>
public sealed record VariantReport(string? Reason, Comparison? Comparison, double RowMicrosBefore, double RowMicros)
{
    public static VariantReport Refused(string reason) => new(reason, null, 0, 0);

    internal string ToJson() => JsonSerializer.Serialize(this, VariantJson.Default.VariantReport);

    /// <exception cref="JsonException">it is not a report</exception>
    internal static VariantReport FromJson(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, VariantJson.Default.VariantReport) ?? throw new JsonException("null is not a report");
}

// A difference may be infinite.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(VariantReport))]
[JsonSerializable(typeof(Dictionary<string, ColumnSpread>))]
internal sealed partial class VariantJson : JsonSerializerContext;
