using System.Text.Json;
using ModelHub.Inference;

namespace ModelHub.Router.Comparing;

/// <summary>Reads the outputs of a V2 answer, whose data stand in the JSON, flat or nested, or follow it in binary.</summary>
internal static class ReadTensors
{
    /// <exception cref="InvalidDataException">not what the protocol says; other exceptions of JSON for wrong kinds</exception>
    public static List<ReadOutput> Of(JsonElement outputs, ReadOnlyMemory<byte> binary)
    {
        var read = new List<ReadOutput>();
        foreach (var output in outputs.EnumerateArray())
        {
            var datatype = Datatypes.Of(output.GetProperty("datatype").GetString() ?? "");
            var size = Parameter(output, "binary_data_size") is { } bytes ? bytes.GetInt32() : -1;
            if (size > binary.Length)
                throw new InvalidDataException("binary data beyond the body");
            read.Add(Output(output, datatype, size < 0 ? default(ReadOnlyMemory<byte>?) : binary[..size]));
            binary = size < 0 ? binary : binary[size..];
        }
        return read;
    }

    private static ReadOutput Output(JsonElement output, Datatype datatype, ReadOnlyMemory<byte>? binary)
    {
        var values = new OutputValues(datatype);
        if (binary is { } raw)
            values.AddBinary(raw.Span);
        else
            values.Add(output.GetProperty("data"));
        var first = output.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).FirstOrDefault(1);
        string[]? labels = Parameter(output, "labels") is { ValueKind: JsonValueKind.Array } names ? [.. names.EnumerateArray().Select(name => name.ToString())] : null;
        return values.Of(output.GetProperty("name").GetString() ?? "", first, labels);
    }

    private static JsonElement? Parameter(JsonElement output, string name) =>
        output.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out var value) ? value : null;
}
