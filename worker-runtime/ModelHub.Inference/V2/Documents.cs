using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelHub.Inference.V2;

/// <summary>The small documents of the protocol.</summary>
public static class Documents
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public const string ServerName = "modelhub";

    /// <summary>Extensions of the protocol that a node has.</summary>
    public static string[] Extensions { get; } = ["binary_tensor_data", "model_repository", "statistics"];

    public static byte[] Live { get; } = "{\"live\":true}"u8.ToArray();

    public static byte[] Server(string version) => Write(json =>
    {
        json.WriteString("name", ServerName);
        json.WriteString("version", version);
        json.WriteStartArray("extensions");
        foreach (var extension in Extensions)
            json.WriteStringValue(extension);
        json.WriteEndArray();
    });

    public static byte[] Ready(string model, bool ready) => Write(json =>
    {
        json.WriteString("name", model);
        json.WriteBoolean("ready", ready);
    });

    public static byte[] ServerReady(bool ready) => Write(json => json.WriteBoolean("ready", ready));

    public static byte[] Error(string message) => Write(json => json.WriteString("error", message));

    public static byte[] Metadata(ModelSpec model, IEnumerable<string> versions) => Write(json =>
    {
        json.WriteString("name", model.Name);
        json.WriteStartArray("versions");
        foreach (var version in versions)
            json.WriteStringValue(version);
        json.WriteEndArray();
        json.WriteString("platform", model.Platform);
        Tensors(json, "inputs", model.Inputs);
        Tensors(json, "outputs", model.Outputs);
    });

    private static void Tensors(Utf8JsonWriter json, string name, TensorSpec[] specs)
    {
        json.WriteStartArray(name);
        foreach (var spec in specs)
        {
            json.WriteStartObject();
            json.WriteString("name", spec.Name);
            json.WriteString("datatype", spec.Datatype.Name());
            json.WriteStartArray("shape");
            foreach (var size in spec.Shape ?? [-1])
                json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return buffer.Written.ToArray();
    }
}
