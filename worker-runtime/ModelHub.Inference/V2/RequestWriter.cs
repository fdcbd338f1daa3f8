using System.Text.Encodings.Web;
using System.Text.Json;
using ModelHub.Inference.Remote;

namespace ModelHub.Inference.V2;

/// <summary>Writes an inference request for another server of the protocol.</summary>
public static class RequestWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="binary">whether that server takes and gives binary tensors; half floats travel in no other way</param>
    /// <returns>length of the JSON when binary data follow it, else null</returns>
    public static int? Write(ModelSpec model, InferRequest request, bool binary, PooledBuffer to)
    {
        using var behind = new PooledBuffer();
        using (var json = new Utf8JsonWriter(to, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("inputs"u8);
            for (var i = 0; i < model.Inputs.Length; i++)
                Input(json, model.Inputs[i].Name, request.Inputs[i], binary ? behind : null);
            json.WriteEndArray();
            json.WriteStartArray("outputs"u8);
            foreach (var output in request.Outputs)
                Output(json, model.Outputs[output].Name, binary);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        if (!binary)
            return null;
        var length = to.Count;
        System.Buffers.BuffersExtensions.Write(to, behind.Written.Span);
        return length;
    }

    private static void Input(Utf8JsonWriter json, string name, Tensor tensor, PooledBuffer? behind)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("datatype"u8, tensor.Datatype.Name());
        json.WriteStartArray("shape"u8);
        foreach (var size in tensor.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        if (behind is null)
        {
            json.WriteStartArray("data"u8);
            JsonElementWriter.Write(json, tensor.Datatype, NestedJson.AsOutput(tensor), 0, tensor.Elements);
            json.WriteEndArray();
        }
        else
        {
            var before = behind.Count;
            BinaryData.Write(behind, tensor.Datatype, NestedJson.AsOutput(tensor));
            json.WriteStartObject("parameters"u8);
            json.WriteNumber("binary_data_size"u8, behind.Count - before);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void Output(Utf8JsonWriter json, string name, bool binary)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        if (binary)
        {
            json.WriteStartObject("parameters"u8);
            json.WriteBoolean("binary_data"u8, true);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
