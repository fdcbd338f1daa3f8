using System.Buffers;
using System.Text.Json;
using ModelHub.Database.Events;

namespace ModelHub.Worker.Webhooks;

/// <summary>What is sent for an event, in the form of Standard Webhooks: its type, its time and its data.</summary>
internal static class Message
{
    public static ReadOnlyMemory<byte> Of(EventRow row)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("type", row.Type);
        json.WriteString("timestamp", row.At);
        json.WriteString("subject", row.Subject);
        json.WriteString("actor", row.Actor);
        json.WriteNumber("sequence", row.Sequence);
        json.WritePropertyName("data");
        json.WriteRawValue(row.Data);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }
}
