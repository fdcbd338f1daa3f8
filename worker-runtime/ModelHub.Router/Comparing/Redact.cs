using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;

namespace ModelHub.Router.Comparing;

/// <summary>Makes a text of a body that may be kept: values of named fields are blacked out, and what cannot be read, or is long, is told by its digest alone.</summary>
internal static class Redact
{
    public const int MostText = 4_000;
    private const int MostValue = 200;
    private const string All = "*";
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(ReadOnlyMemory<byte> body, string? encoding, string? jsonLength, IReadOnlyCollection<string> redacted)
    {
        try
        {
            // Binary data have no names within.
            if (jsonLength is null && !redacted.Contains(All) && body.Length <= KeptAnswer.MostBytes && ReadAnswer.Plain(body, encoding) is { } plain)
            {
                using var document = JsonDocument.Parse(plain);
                var text = Written(document.RootElement, redacted);
                if (text.Length <= MostText)
                    return text;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            // No JSON: its digest tells whether two are the same.
        }
        return Digest(body);
    }

    /// <summary>Of a ModelInferRequest, as the JSON that says the same.</summary>
    public static string Request(ReadOnlyMemory<byte> message, IReadOnlyCollection<string> redacted) => Message(message, redacted, MessageJson.Request);

    /// <summary>Of a ModelInferResponse, as the JSON that says the same.</summary>
    public static string Answer(ReadOnlyMemory<byte> message, IReadOnlyCollection<string> redacted) => Message(message, redacted, MessageJson.Answer);

    /// <summary>A single value.</summary>
    public static string Cut(string text) => text.Length <= MostValue ? text : text[..MostValue] + "…";

    private static string Message(ReadOnlyMemory<byte> message, IReadOnlyCollection<string> redacted, Func<ReadOnlyMemory<byte>, byte[]> json)
    {
        try
        {
            if (!redacted.Contains(All) && message.Length <= KeptAnswer.MostBytes)
                return Text(json(message), null, null, redacted);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException or JsonException)
        {
            // No message: its digest tells whether two are the same.
        }
        return Digest(message);
    }

    private static string Digest(ReadOnlyMemory<byte> body) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(body.Span))} ({body.Length} bytes)";

    private static string Written(JsonElement root, IReadOnlyCollection<string> redacted)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
            Write(json, root, redacted);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, IReadOnlyCollection<string> redacted)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                // A tensor is named by a member beside its data.
                var isHidden = value.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String && Is(redacted, name.GetString()!);
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    if (Is(redacted, member.Name) || (isHidden && member.NameEquals("data")))
                        json.WriteStringValue("redacted");
                    else
                        Write(json, member.Value, redacted);
                }
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                    Write(json, element, redacted);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static bool Is(IReadOnlyCollection<string> redacted, string name) => redacted.Contains(name, StringComparer.OrdinalIgnoreCase);
}
