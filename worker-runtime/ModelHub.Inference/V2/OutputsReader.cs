using System.Text;
using System.Text.Json;

namespace ModelHub.Inference.V2;

/// <summary>Reads which outputs are wanted, and in which form.</summary>
internal static class OutputsReader
{
    public static RequestFault? Read(ref Utf8JsonReader reader, ModelSpec model, InferRequest into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return new RequestFault("'outputs' must be an array of objects.");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return new RequestFault("'outputs' must be an array of objects.");
            if (Output(ref reader, model, into) is { } fault)
                return fault;
        }
        return null;
    }

    private static RequestFault? Output(ref Utf8JsonReader reader, ModelSpec model, InferRequest into)
    {
        var seen = default(Seen);
        string? name = null;
        var binary = into.BinaryByDefault;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            RequestFault? fault = null;
            if (reader.ValueTextEquals("name"u8))
            {
                fault = seen.Twice(0, "name");
                reader.Read();
                name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                fault = seen.Twice(1, "parameters") ?? Parameters(ref reader, ref binary);
            }
            else
            {
                reader.Skip();
            }
            if (fault is not null)
                return fault;
        }
        return into.Want(model, Encoding.UTF8.GetBytes(name ?? ""), binary);
    }

    private static RequestFault? Parameters(ref Utf8JsonReader reader, ref bool binary)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return new RequestFault("'parameters' of an output must be an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("binary_data"u8))
            {
                var classification = reader.ValueTextEquals("classification"u8);
                reader.Skip();
                if (classification)
                    return new RequestFault("The parameter 'classification' is not supported.");
                continue;
            }
            reader.Read();
            if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                return new RequestFault("'binary_data' must be true or false.");
            binary = reader.TokenType == JsonTokenType.True;
        }
        return null;
    }
}
