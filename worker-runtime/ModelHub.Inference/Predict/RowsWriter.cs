using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelHub.Inference.Predict;

/// <summary>An output of the run by its index in the model.</summary>
public delegate OutputTensor OutputAt(int index);

/// <summary>
/// Writes <c>{"model_name", "model_version", "predictions": [{output: value, …}, …]}</c>, one object per row: a column
/// of one value as that value, columns with class names as an object of them, others as an array.
/// </summary>
public static class RowsWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <returns>a fault when an output does not have one row per row asked</returns>
    public static RequestFault? Write(PooledBuffer to, ModelSpec model, int rows, OutputAt outputs)
    {
        for (var i = 0; i < model.Outputs.Length; i++)
            if (!model.Outputs[i].Datatype.HasJson() || outputs(i).Shape is not [var first, ..] || first != rows)
                return new RequestFault($"The output '{model.Outputs[i].Name}' does not have one row per row; use the V2 protocol.");

        using var json = new Utf8JsonWriter(to, Options);
        json.WriteStartObject();
        json.WriteString("model_name"u8, model.Name);
        json.WriteString("model_version"u8, model.Version);
        json.WriteStartArray("predictions"u8);
        for (var row = 0; row < rows; row++)
        {
            json.WriteStartObject();
            for (var i = 0; i < model.Outputs.Length; i++)
                Value(json, model.Outputs[i], outputs(i), row, rows);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return null;
    }

    private static void Value(Utf8JsonWriter json, TensorSpec spec, OutputTensor tensor, int row, int rows)
    {
        var width = tensor.Elements / rows;
        json.WritePropertyName(spec.NameUtf8);
        if (spec.Labels is { } labels && labels.Length == width)
        {
            json.WriteStartObject();
            for (var i = 0; i < width; i++)
            {
                json.WritePropertyName(labels[i]);
                JsonElementWriter.Write(json, spec.Datatype, tensor, row * width + i, 1);
            }
            json.WriteEndObject();
            return;
        }
        if (width != 1)
            json.WriteStartArray();
        JsonElementWriter.Write(json, spec.Datatype, tensor, row * width, width);
        if (width != 1)
            json.WriteEndArray();
    }
}
