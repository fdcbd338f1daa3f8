using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Onnx.Signatures;
using ModelHub.Onnx.Variants;

namespace ModelHub.Onnx.Validation;

/// <summary>What is known of a model after it was read, loaded and run once.</summary>
/// <param name="Ok">the model may be registered</param>
/// <param name="Reason">why not, in one sentence</param>
/// <param name="Warnings">what was odd, but is no reason to refuse</param>
public sealed record ValidationReport(bool Ok, string? Reason, string[] Warnings)
{
    public Signature? Signature { get; init; }

    public long Bytes { get; init; }

    public long IrVersion { get; init; }

    /// <summary>Version per operator domain; the standard domain is <c>ai.onnx</c>.</summary>
    public IReadOnlyDictionary<string, long> Opsets { get; init; } = new Dictionary<string, long>();

    public string Producer { get; init; } = "";

    public int Nodes { get; init; }

    public long Parameters { get; init; }

    /// <summary>Files beside the model that belong to it.</summary>
    public string[] ExternalFiles { get; init; } = [];

    /// <summary>Version of ONNX Runtime that loaded it.</summary>
    public string Runtime { get; init; } = "";

    public double LoadMs { get; init; }

    /// <summary>Null when the trial run did not come to an end.</summary>
    public double? RunMs { get; init; }

    /// <summary>Null when it was not asked for, or the model is refused.</summary>
    public Optimisation? Optimisation { get; init; }

    public static ValidationReport Refused(string reason) => new(false, reason, []);

    public string ToJson() => JsonSerializer.Serialize(this, ValidationJson.Default.ValidationReport);

    internal static string ToJson(Optimisation optimisation) => JsonSerializer.Serialize(optimisation, ValidationJson.Default.Optimisation);

    internal static Optimisation OptimisationFromJson(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, ValidationJson.Default.Optimisation) ?? throw new JsonException("null is not a result");

    /// <exception cref="JsonException">it is not a report</exception>
    public static ValidationReport FromJson(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, ValidationJson.Default.ValidationReport) ?? throw new JsonException("null is not a report");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ValidationReport))]
[JsonSerializable(typeof(Optimisation))]
internal sealed partial class ValidationJson : JsonSerializerContext;
