using System.Buffers.Binary;
using System.Text.Json;
using ModelHub.Inference.Remote;

namespace ModelHub.Inference.V2;

/// <summary>Reads the answer of another server of the protocol against what the model promises.</summary>
public static class AnswerReader
{
    /// <param name="jsonBytes">length of the JSON when binary data follow it</param>
    /// <param name="into">one per wanted output of the request, filled in its order</param>
    /// <exception cref="InvalidDataException">the answer is not one of this model</exception>
    public static void Read(ReadOnlyMemory<byte> body, int? jsonBytes, ModelSpec model, InferRequest request, IReadOnlyList<ReceivedTensor> into)
    {
        if (jsonBytes is < 0 || jsonBytes > body.Length)
            throw new InvalidDataException("a header length beyond the body");
        using var document = JsonDocument.Parse(body[..(jsonBytes ?? body.Length)]);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("outputs", out var outputs) || outputs.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException("no 'outputs'");
        var binary = body[(jsonBytes ?? body.Length)..];
        var given = new Dictionary<string, (JsonElement Output, ReadOnlyMemory<byte> Binary)>(StringComparer.Ordinal);
        foreach (var output in outputs.EnumerateArray())
        {
            var size = BinarySize(output);
            if (size > binary.Length)
                throw new InvalidDataException("binary data beyond the body");
            given[Text(output, "name")] = (output, size < 0 ? default : binary[..size]);
            binary = size < 0 ? binary : binary[size..];
        }
        for (var i = 0; i < request.Outputs.Count; i++)
        {
            var spec = model.Outputs[request.Outputs[i]];
            if (!given.TryGetValue(spec.Name, out var output))
                throw new InvalidDataException($"no output '{spec.Name}'");
            Read(output.Output, output.Binary, spec, into[i]);
        }
    }

    private static void Read(JsonElement output, ReadOnlyMemory<byte> binary, TensorSpec spec, ReceivedTensor into)
    {
        if (Text(output, "datatype") is var datatype && datatype != spec.Datatype.Name())
            throw new InvalidDataException($"the output '{spec.Name}' as {datatype}, not {spec.Datatype.Name()}");
        if (!output.TryGetProperty("shape", out var sizes) || sizes.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"the output '{spec.Name}' without a shape");
        long[] shape = [.. sizes.EnumerateArray().Select(size => size.TryGetInt64(out var whole) && whole >= 0 ? whole : throw new InvalidDataException("a shape that is none"))];
        into.Begin(spec.Datatype);
        if (output.TryGetProperty("data", out var data))
            Flat(data, into);
        else if (spec.Datatype == Datatype.Bytes)
            Strings(binary.Span, into);
        else
            into.AddBinary(binary.Span);
        into.End(shape);
    }

    // The protocol lets data be nested by its shape or flat.
    private static void Flat(JsonElement data, ReceivedTensor into)
    {
        if (data.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException("data that are no array");
        foreach (var value in data.EnumerateArray())
            if (value.ValueKind == JsonValueKind.Array)
                Flat(value, into);
            else
                into.Add(value);
    }

    private static void Strings(ReadOnlySpan<byte> binary, ReceivedTensor into)
    {
        while (binary.Length > 0)
        {
            if (!BinaryPrimitives.TryReadInt32LittleEndian(binary, out var length) || length < 0 || length > binary.Length - 4)
                throw new InvalidDataException("binary strings that end too early");
            into.AddText(binary.Slice(4, length));
            binary = binary[(4 + length)..];
        }
    }

    private static int BinarySize(JsonElement output) =>
        output.ValueKind == JsonValueKind.Object && output.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty("binary_data_size", out var size) && size.TryGetInt32(out var bytes) && bytes >= 0 ? bytes : -1;

    private static string Text(JsonElement output, string name) =>
        output.ValueKind == JsonValueKind.Object && output.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()! : throw new InvalidDataException($"an output without '{name}'");
}
