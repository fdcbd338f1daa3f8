using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelHub.Onnx.Signatures;

public enum TensorKind
{
    Tensor,

    /// <summary>Maps from class to probability, served as one FP32 tensor [rows, classes].</summary>
    ZipMap,
}

/// <summary>An input or output in the words of the V2 protocol.</summary>
/// <param name="Datatype">FP32, INT64, BYTES, …</param>
/// <param name="Shape">-1 where any size may come; null when any number of dimensions may</param>
/// <param name="Labels">class names of a <see cref="TensorKind.ZipMap"/>, in the order of its columns</param>
public sealed record TensorSpec(string Name, string Datatype, long[]? Shape, TensorKind Kind = TensorKind.Tensor, string[]? Labels = null)
{
    [JsonIgnore]
    public ElementType Element => ElementTypes.FromV2(Datatype);
}

/// <summary>What a model takes and gives, read from the model itself.</summary>
/// <param name="Features">names of the columns of its one input, from the metadata <c>modelhub.features</c></param>
/// <param name="Classes">names of its classes, from the metadata <c>modelhub.classes</c></param>
public sealed record Signature(TensorSpec[] Inputs, TensorSpec[] Outputs, string[]? Features = null, string[]? Classes = null)
{
    public const string FeaturesKey = "modelhub.features";
    public const string ClassesKey = "modelhub.classes";

    /// <summary>Reads it from the outline of a model; refuses what the V2 protocol cannot carry.</summary>
    public static Either<Signature> Of(Files.OnnxFile file)
    {
        List<TensorSpec> inputs = [], outputs = [];
        foreach (var port in file.Inputs)
        {
            if (!Tensor("input", port).Succeeded(out var spec, out var refusal))
                return refusal;
            inputs.Add(spec);
        }
        foreach (var port in file.Outputs)
        {
            if (Array.Find(file.ZipMaps, z => z.Output == port.Name) is { Labels.Length: > 0 } map)
                outputs.Add(new TensorSpec(port.Name, "FP32", [-1, map.Labels.Length], TensorKind.ZipMap, map.Labels));
            else if (Tensor("output", port).Succeeded(out var spec, out var refusal))
                outputs.Add(spec);
            else
                return refusal;
        }
        if (Twice(inputs) is { } name)
            return new Files.ModelRefusal($"Two inputs are called '{name}'.");
        return new Signature([.. inputs], [.. outputs], Names(file, FeaturesKey), Names(file, ClassesKey));
    }

    private static Either<TensorSpec> Tensor(string what, OnnxPort port) => port.Type switch
    {
        OnnxType.Tensor { Element: var element, Shape: var shape } when element.V2Name() is { } datatype =>
            new TensorSpec(port.Name, datatype, shape),
        OnnxType.Tensor { Element: var element } => Refusal(what, port, $"a tensor of {element.ToString().ToLowerInvariant()}"),
        OnnxType.Sequence => Refusal(what, port, "a sequence"),
        OnnxType.Map => Refusal(what, port, "a map"),
        OnnxType.Optional => Refusal(what, port, "an optional"),
        OnnxType.Other other => Refusal(what, port, $"of the kind {other.Name}"),
        _ => throw new ArgumentOutOfRangeException(nameof(port)),
    };

    private static Files.ModelRefusal Refusal(string what, OnnxPort port, string kind) =>
        new($"The {what} '{port.Name}' is {kind}, which the inference protocol V2 cannot carry.");

    private static string? Twice(List<TensorSpec> specs) =>
        specs.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key;

    // Only our own trainer writes these; anything else under the key is not ours and says nothing.
    private static string[]? Names(Files.OnnxFile file, string key)
    {
        if (!file.Metadata.TryGetValue(key, out var text))
            return null;
        try
        {
            return JsonSerializer.Deserialize(text, SignatureJson.Default.StringArray);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(string[]))]
internal sealed partial class SignatureJson : JsonSerializerContext;
