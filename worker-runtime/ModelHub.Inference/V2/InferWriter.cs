using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelHub.Inference.V2;

/// <summary>Writes the answer to an inference request. Reused: <see cref="Start"/> begins a new one.</summary>
public sealed class InferWriter : IDisposable
{
    // The text goes to programs, not into a web page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly PooledBuffer body = new();
    private readonly PooledBuffer binary = new();
    private readonly Utf8JsonWriter json;
    private bool hasBinary;

    public InferWriter() => json = new Utf8JsonWriter(body, Options);

    public ReadOnlyMemory<byte> Body => body.Written;

    /// <summary>Length of the JSON at the start of the body when an output is binary, else null.</summary>
    public int? JsonBytes { get; private set; }

    public void Start(ModelSpec model, InferRequest request)
    {
        body.Clear();
        binary.Clear();
        (JsonBytes, hasBinary) = (null, false);
        json.Reset(body);
        json.WriteStartObject();
        json.WriteString("model_name"u8, model.Name);
        json.WriteString("model_version"u8, model.Version);
        if (request.Id is { } id)
            json.WriteString("id"u8, id);
        json.WriteStartArray("outputs"u8);
    }

    public void Output(TensorSpec spec, bool asBinary, in OutputTensor tensor)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, spec.Name);
        json.WriteString("datatype"u8, spec.Datatype.Name());
        json.WriteStartArray("shape"u8);
        foreach (var size in tensor.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        var before = binary.Count;
        hasBinary |= asBinary;
        if (asBinary)
            BinaryData.Write(binary, spec.Datatype, tensor);
        Parameters(spec, asBinary ? binary.Count - before : null);
        if (!asBinary)
        {
            json.WriteStartArray("data"u8);
            JsonElementWriter.Write(json, spec.Datatype, tensor, 0, tensor.Elements);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public void End()
    {
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        if (!hasBinary)
            return;
        JsonBytes = body.Count;
        System.Buffers.BuffersExtensions.Write(body, binary.Written.Span);
    }

    /// <summary>Lets go of buffers that have more than so many bytes.</summary>
    public void Trim(int keptBytes)
    {
        body.Trim(keptBytes);
        binary.Trim(keptBytes);
    }

    public void Dispose()
    {
        json.Dispose();
        body.Dispose();
        binary.Dispose();
    }

    private void Parameters(TensorSpec spec, int? binaryBytes)
    {
        if (spec.Labels is null && binaryBytes is null)
            return;
        json.WriteStartObject("parameters"u8);
        if (binaryBytes is { } bytes)
            json.WriteNumber("binary_data_size"u8, bytes);
        if (spec.Labels is { } labels)
        {
            json.WriteStartArray("labels"u8);
            foreach (var label in labels)
                json.WriteStringValue(label);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
