using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ModelHub.Inference.V2;

/// <summary>
/// Reads an inference request of the V2 protocol straight from the wire into tensors, checking it against the model.
/// The members of an object may come in any order, known ones once; unknown ones are skipped.
/// </summary>
public static class InferReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    /// <param name="body">the JSON, and behind it the data of binary inputs</param>
    /// <param name="jsonBytes">length of the JSON (header Inference-Header-Content-Length), or null when that is all</param>
    /// <param name="into">filled; of no use when a fault is returned</param>
    /// <returns>what is wrong with the request, or null</returns>
    public static RequestFault? Read(ReadOnlySequence<byte> body, int? jsonBytes, ModelSpec model, InferenceLimits limits, InferRequest into)
    {
        into.Prepare(model);
        if (jsonBytes is < 0 || jsonBytes > body.Length)
            return new RequestFault($"Inference-Header-Content-Length is {jsonBytes}, the body has {body.Length} bytes.");
        var binary = body.Slice(jsonBytes ?? body.Length);
        var text = body.Slice(0, jsonBytes ?? body.Length);
        if (text.IsSingleSegment && Scanning(text.FirstSpan, binary, model, limits, into))
            return Complete(model, binary, into);
        // What is wrong, and where, the reader tells when it reads all of it.
        into.Prepare(model);
        try
        {
            var reader = new Utf8JsonReader(text, Options);
            var json = new JsonText(text.Length, []);
            return Request(ref reader, binary, ref json, model, limits, into) ?? Complete(model, binary, into);
        }
        catch (JsonException e)
        {
            return new RequestFault($"The request is not valid JSON: {FirstSentence(e.Message)}");
        }
        catch (InvalidOperationException e) when (e.InnerException is DecoderFallbackException || e.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true)
        {
            return new RequestFault("The request holds a text that is not valid UTF-8.");
        }
    }

    /// <returns>false when anything is wrong with the request</returns>
    private static bool Scanning(ReadOnlySpan<byte> text, ReadOnlySequence<byte> binary, ModelSpec model, InferenceLimits limits, InferRequest into)
    {
        try
        {
            var reader = new Utf8JsonReader(text, Options);
            var json = new JsonText(text.Length, text);
            return Request(ref reader, binary, ref json, model, limits, into) is null;
        }
        catch (JsonException)
        {
            // Read again for the message: its place counts from where the reader began.
            return false;
        }
        catch (InvalidOperationException e) when (e.InnerException is DecoderFallbackException || e.Source == "System.Text.Json")
        {
            return false;
        }
    }

    private static RequestFault? Request(
        ref Utf8JsonReader reader, ReadOnlySequence<byte> binary, ref JsonText json, ModelSpec model, InferenceLimits limits, InferRequest into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return new RequestFault("The request must be a JSON object with 'inputs'.");
        var (seen, fault) = (default(Seen), default(RequestFault));
        Utf8JsonReader outputs = default;
        var hasOutputs = false;
        while (fault is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("inputs"u8))
                fault = seen.Twice(0, "inputs") ?? Inputs(ref reader, binary, ref json, model, limits, into);
            else if (reader.ValueTextEquals("id"u8))
                fault = seen.Twice(1, "id") ?? Id(ref reader, into);
            else if (reader.ValueTextEquals("parameters"u8))
                fault = seen.Twice(2, "parameters") ?? Parameters(ref reader, into);
            else if (reader.ValueTextEquals("outputs"u8))
            {
                fault = seen.Twice(3, "outputs");
                outputs = reader;
                hasOutputs = true;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }
        // Whether outputs are binary by default is known only when the parameters were read.
        fault ??= hasOutputs ? OutputsReader.Read(ref outputs, model, into) : null;
        if (fault is null)
            while (reader.Read())
            {
                // Nothing may follow the object: the reader says so.
            }
        return fault;
    }

    private static RequestFault? Inputs(
        ref Utf8JsonReader reader, ReadOnlySequence<byte> binary, ref JsonText json, ModelSpec model, InferenceLimits limits, InferRequest into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return new RequestFault("'inputs' must be an array of objects.");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return new RequestFault("'inputs' must be an array of objects.");
            if (InputReader.Read(ref reader, binary, ref json, model, limits, into) is { } fault)
                return fault;
        }
        return null;
    }

    private static RequestFault? Id(ref Utf8JsonReader reader, InferRequest into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
            return new RequestFault("'id' must be a string.");
        return into.Identify(reader.GetString()!);
    }

    private static RequestFault? Parameters(ref Utf8JsonReader reader, InferRequest into)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return new RequestFault("'parameters' must be an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("binary_data_output"u8))
            {
                reader.Read();
                if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    return new RequestFault("The parameter 'binary_data_output' must be true or false.");
                into.BinaryByDefault = reader.TokenType == JsonTokenType.True;
            }
            else if (reader.ValueTextEquals("timeout"u8))
            {
                reader.Read();
                if (into.WaitFor(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var microseconds) ? microseconds : 0) is { } fault)
                    return fault;
            }
            else
            {
                reader.Skip();
            }
        }
        return null;
    }

    private static RequestFault? Complete(ModelSpec model, ReadOnlySequence<byte> binary, InferRequest into)
    {
        if (into.Complete(model) is { } fault)
            return fault;
        if (into.BinaryTaken != binary.Length)
            return new RequestFault($"{binary.Length} bytes of binary data were sent, the inputs take {into.BinaryTaken}.");
        for (var i = 0; i < into.Outputs.Count; i++)
            if (!into.Binary[i] && !model.Outputs[into.Outputs[i]].Datatype.HasJson())
                return new RequestFault($"The output '{model.Outputs[into.Outputs[i]].Name}' has a datatype that only the binary form carries; ask for it with the parameter 'binary_data'.");
        return null;
    }

    private static string FirstSentence(string message)
    {
        // "… LineNumber: 0 | BytePositionInLine: 60." stays: it helps to find the place.
        return message.Length <= 300 ? message : message[..300] + "…";
    }
}
