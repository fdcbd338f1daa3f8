using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelHub.Inference;

/// <summary>An input or output of a model.</summary>
/// <param name="Shape">-1 where any size may come; null when any number of dimensions may</param>
/// <param name="Labels">names of the columns, when they are classes</param>
public sealed record TensorSpec(string Name, Datatype Datatype, long[]? Shape, string[]? Labels = null)
{
    internal byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(Name);

    internal byte[]? LabelsJson { get; } = Labels is null ? null : JsonSerializer.SerializeToUtf8Bytes(Labels, InferenceJson.Default.StringArray);

    public string ShapeText => Shape is null ? "any shape" : $"[{string.Join(',', Shape)}]";
}

/// <summary>All that reading a request and writing an answer need to know of a model.</summary>
/// <param name="Features">names of the columns of inputs that have several</param>
public sealed record ModelSpec(string Name, string Version, TensorSpec[] Inputs, TensorSpec[] Outputs, string[]? Features = null)
{
    public string Platform { get; init; } = "onnxruntime_onnx";
}

[JsonSerializable(typeof(string[]))]
internal sealed partial class InferenceJson : JsonSerializerContext;
