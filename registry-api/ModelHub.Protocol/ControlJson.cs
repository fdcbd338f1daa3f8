using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelHub.Protocol;

/// <summary>The one way control messages are written and read. Unknown members are skipped, missing ones are faults.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(UpMessage))]
[JsonSerializable(typeof(DownMessage))]
internal sealed partial class ControlJson : JsonSerializerContext;

public static class ControlMessages
{
    /// <summary>The version of the stream spoken here, sent in <see cref="Hello.Protocol"/>.</summary>
    public const int ProtocolVersion = 1;

    /// <summary>Largest message a peer may send: placements of some thousand versions fit.</summary>
    public const int MaxUpBytes = 4 * 1024 * 1024;

    /// <summary>Largest message the API may send: routing tables of some ten thousand endpoints fit.</summary>
    public const int MaxDownBytes = 64 * 1024 * 1024;

    public static byte[] Write(UpMessage message) =>
        JsonSerializer.SerializeToUtf8Bytes(message, ControlJson.Default.UpMessage);

    public static byte[] Write(DownMessage message) =>
        JsonSerializer.SerializeToUtf8Bytes(message, ControlJson.Default.DownMessage);

    /// <exception cref="ProtocolException">not JSON, an unknown type, or a missing or wrongly typed member</exception>
    public static UpMessage ReadUp(ReadOnlySpan<byte> utf8) =>
        Read(utf8, ControlJson.Default.UpMessage);

    /// <inheritdoc cref="ReadUp"/>
    public static DownMessage ReadDown(ReadOnlySpan<byte> utf8) =>
        Read(utf8, ControlJson.Default.DownMessage);

    private static T Read<T>(ReadOnlySpan<byte> utf8, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, type) ?? throw new ProtocolException("The message is null.");
        }
        catch (JsonException e)
        {
            throw new ProtocolException(e.Message, e);
        }
        catch (NotSupportedException e)
        {
            throw new ProtocolException("The message has no known type.", e);
        }
    }
}

/// <summary>The other side does not speak this protocol; the stream is closed.</summary>
public sealed class ProtocolException : Exception
{
    public ProtocolException(string message)
        : base(message)
    {
    }

    public ProtocolException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
