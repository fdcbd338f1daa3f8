using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace ModelHub.Router.Comparing;

/// <summary>Writes the tensors of a call over gRPC as REST would: names, rows and width, and the data in a row. Throws what <see cref="ReadGrpcTensors"/> does.</summary>
internal static class MessageJson
{
    public static byte[] Request(ReadOnlyMemory<byte> message) => Of("inputs", ReadGrpcTensors.Inputs(message.Span));

    public static byte[] Answer(ReadOnlyMemory<byte> message) => Of("outputs", ReadGrpcTensors.Outputs(message.Span));

    private static byte[] Of(string side, List<ReadOutput> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray(side);
            foreach (var tensor in tensors)
                Write(json, tensor);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ReadOutput tensor)
    {
        json.WriteStartObject();
        json.WriteString("name", tensor.Name);
        json.WriteStartArray("shape");
        json.WriteNumberValue(tensor.Rows);
        json.WriteNumberValue(tensor.Width);
        json.WriteEndArray();
        json.WriteStartArray("data");
        for (var i = 0; i < tensor.Rows * tensor.Width; i++)
            if (tensor.Numbers is not { } numbers)
                json.WriteStringValue(tensor.Texts![i]);
            else if (tensor.Texts is { } texts)
                json.WriteRawValue(texts[i]);
            else if (double.IsFinite(numbers[i]))
                json.WriteNumberValue(numbers[i]);
            else
                json.WriteStringValue(numbers[i].ToString(CultureInfo.InvariantCulture));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
