using System.Text.Json;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Transport;

/// <summary>The socket must be closed, with the code and reason the protocol asks for.</summary>
internal sealed class SocketClosing(int code, string reason) : Exception(reason)
{
    public int Code { get; } = code;

    public static SocketClosing Invalid(string why) => new(4400, why);
}

/// <summary>What a client may send.</summary>
internal abstract record ClientMessage
{
    public sealed record Init(JsonElement Payload) : ClientMessage;

    public sealed record Ping(JsonElement Payload) : ClientMessage;

    public sealed record Pong(JsonElement Payload) : ClientMessage;

    public sealed record Subscribe(string Id, GraphQLRequest Request) : ClientMessage;

    public sealed record Complete(string Id) : ClientMessage;

    /// <exception cref="SocketClosing">The message is none of the protocol.</exception>
    public static ClientMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Of(RequestReader.Json(bytes));
        }
        catch (BadRequestException e)
        {
            throw SocketClosing.Invalid(e.Message);
        }
    }

    private static ClientMessage Of(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
            throw SocketClosing.Invalid("A message must be a JSON object.");
        return Text(message, "type") switch
        {
            "connection_init" => new Init(PayloadOf(message)),
            "ping" => new Ping(PayloadOf(message)),
            "pong" => new Pong(PayloadOf(message)),
            "subscribe" => new Subscribe(IdOf(message), RequestReader.Request(PayloadOf(message))),
            "complete" => new Complete(IdOf(message)),
            _ => throw SocketClosing.Invalid("The message has an unknown type."),
        };
    }

    private static string IdOf(JsonElement message) => Text(message, "id") is { Length: > 0 } id ? id : throw SocketClosing.Invalid("The message has no id.");

    private static string? Text(JsonElement message, string name) =>
        message.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement PayloadOf(JsonElement message)
    {
        if (!message.TryGetProperty("payload", out var payload) || payload.ValueKind == JsonValueKind.Null)
            return default;
        return payload.ValueKind == JsonValueKind.Object ? payload : throw SocketClosing.Invalid("The payload must be an object.");
    }
}

/// <summary>What the server sends.</summary>
internal static class ServerMessage
{
    public static readonly byte[] Ack = "{\"type\":\"connection_ack\"}"u8.ToArray();

    public static byte[] Pong(JsonElement payload) => Compose(w =>
    {
        w.Raw("{\"type\":\"pong\""u8);
        if (payload.ValueKind == JsonValueKind.Object)
        {
            w.Raw(",\"payload\":"u8);
            w.Json(payload);
        }

        w.Raw((byte)'}');
    });

    public static byte[] Next(string id, ResponseWriter answer) => WithId(id, "next", w => w.Raw(answer.Written.Span));

    public static byte[] Error(string id, IReadOnlyList<GraphQLError> errors) => WithId(id, "error", w => Answers.Errors(w, errors));

    public static byte[] Complete(string id) => WithId(id, "complete", null);

    private static byte[] WithId(string id, string type, Action<ResponseWriter>? payload) => Compose(w =>
    {
        w.Raw("{\"id\":"u8);
        w.String(id);
        w.Raw(",\"type\":"u8);
        w.String(type);
        if (payload is not null)
        {
            w.Raw(",\"payload\":"u8);
            payload(w);
        }

        w.Raw((byte)'}');
    });

    private static byte[] Compose(Action<ResponseWriter> write)
    {
        using var writer = new ResponseWriter(int.MaxValue);
        write(writer);
        return writer.Written.ToArray();
    }
}
