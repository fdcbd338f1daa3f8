using System.Buffers;
using System.Text.Json;

namespace ModelHub.Inference.V2;

/// <summary>Reads one input of a request.</summary>
internal static class InputReader
{
    /// <param name="reader">stands on the object's start</param>
    /// <param name="json">what the reader reads</param>
    public static RequestFault? Read(
        ref Utf8JsonReader reader, ReadOnlySequence<byte> binary, ref JsonText json, ModelSpec model, InferenceLimits limits, InferRequest into)
    {
        var seen = default(Seen);
        var (index, hasShape, hasDatatype, hasData, filled) = (-1, false, false, false, false);
        var (rank, binarySize) = (0, -1L);
        Span<long> shape = stackalloc long[InputCheck.MostDimensions];
        Utf8JsonReader data = default;
        string? name = null, datatype = null;
        RequestFault? fault = null;
        while (fault is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                fault = seen.Twice(0, "name") ?? Name(ref reader, model, out index, out name);
            }
            else if (reader.ValueTextEquals("datatype"u8))
            {
                (fault, hasDatatype) = (seen.Twice(1, "datatype"), true);
                reader.Read();
                datatype = Known(ref reader, index < 0 ? null : model.Inputs[index]);
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                (fault, hasShape) = (seen.Twice(2, "shape") ?? Shape(ref reader, shape, ref rank, name), true);
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                fault = seen.Twice(3, "parameters") ?? Parameters(ref reader, ref binarySize, name);
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                (fault, hasData) = (seen.Twice(4, "data"), true);
                if (fault is null && index >= 0 && hasShape && hasDatatype)
                {
                    fault = InputCheck.Prepare(model.Inputs[index], datatype, shape[..rank], limits, JsonElements(json.Length), into.Input(index))
                        ?? Data(ref reader, ref json, model.Inputs[index], into.Input(index));
                    filled = true;
                }
                else
                {
                    // Told before its name, shape or datatype: come back to it.
                    data = reader;
                    reader.Skip();
                }
            }
            else
            {
                reader.Skip();
            }
        }
        if (fault is not null)
            return fault;
        if (index < 0)
            return new RequestFault("An input has no 'name'.");
        var spec = model.Inputs[index];
        if (!hasDatatype || !hasShape || hasData == binarySize >= 0)
            return new RequestFault($"The input '{spec.Name}' needs {(!hasDatatype ? "a 'datatype'" : !hasShape ? "a 'shape'" : hasData ? "either 'data' or binary data, not both" : "'data'")}.");
        if (filled)
            return null;
        if (!hasData && binarySize > binary.Length - into.BinaryTaken)
            return new RequestFault($"The input '{spec.Name}' announces {binarySize} bytes of binary data, {binary.Length - into.BinaryTaken} are left.");
        fault = InputCheck.Prepare(spec, datatype, shape[..rank], limits, hasData ? JsonElements(json.Length) : binarySize, into.Input(index));
        var later = new JsonText(json.Length, []);
        return fault ?? (hasData ? Data(ref data, ref later, spec, into.Input(index)) : BinaryData.Read(binary, binarySize, spec, into.Input(index), into));
    }

    // A digit and a comma at least for each: an array of n takes 2n + 1 bytes with its brackets.
    private static long JsonElements(long jsonBytes) => jsonBytes / 2;

    private static RequestFault? Name(ref Utf8JsonReader reader, ModelSpec model, out int index, out string? name)
    {
        (index, name) = (-1, null);
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
            return new RequestFault("The 'name' of an input must be a string.");
        for (var i = 0; i < model.Inputs.Length; i++)
            if (reader.ValueTextEquals(model.Inputs[i].NameUtf8))
            {
                (index, name) = (i, model.Inputs[i].Name);
                return null;
            }
        return InputCheck.Unknown(model, reader.GetString()!);
    }

    // The expected datatype costs no string: it is compared in place.
    private static string? Known(ref Utf8JsonReader reader, TensorSpec? spec) =>
        reader.TokenType != JsonTokenType.String ? null
        : spec is not null && reader.ValueTextEquals(spec.Datatype.Name()) ? spec.Datatype.Name()
        : reader.GetString();

    private static RequestFault? Shape(ref Utf8JsonReader reader, scoped Span<long> shape, ref int rank, string? name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return new RequestFault($"The 'shape' of the input '{name}' must be an array of whole numbers.");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (rank == shape.Length)
                return new RequestFault($"The 'shape' of the input '{name}' has more than {shape.Length} dimensions.");
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out shape[rank++]))
                return new RequestFault($"The 'shape' of the input '{name}' must be an array of whole numbers.");
        }
        return null;
    }

    private static RequestFault? Parameters(ref Utf8JsonReader reader, ref long binarySize, string? name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return new RequestFault($"The 'parameters' of the input '{name}' must be an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("binary_data_size"u8))
            {
                reader.Skip();
                continue;
            }
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out binarySize) || binarySize < 0)
                return new RequestFault($"The parameter 'binary_data_size' of the input '{name}' must be a whole number of bytes.");
        }
        return null;
    }

    private static RequestFault? Data(ref Utf8JsonReader reader, scoped ref JsonText json, TensorSpec spec, Tensor tensor)
    {
        if (!spec.Datatype.HasJson())
            return new RequestFault($"The input '{spec.Name}' is {spec.Datatype.Name()}, which only the binary form carries.");
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return new RequestFault($"The 'data' of the input '{spec.Name}' must be an array.");
        if (Scanned(ref reader, ref json, tensor))
            return null;
        var element = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; element++)
        {
            if (reader.TokenType == JsonTokenType.StartArray)
                return new RequestFault($"The 'data' of the input '{spec.Name}' is nested; give its values in one flat array, row by row.");
            if (element == tensor.Elements)
                return Count(spec, tensor, "more");
            if (!JsonElementReader.TryRead(ref reader, tensor, element))
                return new RequestFault($"Value {element} of the input '{spec.Name}' is {Kind(ref reader)}, expected {spec.Datatype.Name()}.");
        }
        return element == tensor.Elements ? null : Count(spec, tensor, element.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    // The reader goes on at the closing bracket, in the state in which it met the opening one.
    private static bool Scanned(ref Utf8JsonReader reader, scoped ref JsonText json, Tensor tensor)
    {
        if (json.Bytes.IsEmpty)
            return false;
        var from = (int)reader.BytesConsumed;
        var end = NumberScan.Fill(json.Bytes[from..], tensor);
        if (end < 0)
            return false;
        json.Bytes = json.Bytes[(from + end)..];
        reader = new Utf8JsonReader(json.Bytes, isFinalBlock: true, reader.CurrentState);
        reader.Read();
        return true;
    }

    private static RequestFault Count(TensorSpec spec, Tensor tensor, string given) =>
        new($"The input '{spec.Name}' of shape [{string.Join(',', tensor.Shape)}] needs {tensor.Elements} values, {given} given.");

    internal static string Kind(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => "a number out of range or not whole",
        JsonTokenType.String => "a string",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        JsonTokenType.StartArray => "an array",
        _ => "an object",
    };
}
