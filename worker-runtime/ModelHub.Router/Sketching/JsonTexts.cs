using System.Text.Json;
using ModelHub.Inference.V2;

namespace ModelHub.Router.Sketching;

internal static class JsonTexts
{
    public const int Most = 256;

    /// <summary>Writes the text that was read without its escapes.</summary>
    /// <returns>its length; -1 when it has no escapes, or is too long to be a known one: then it is taken as it lies in the JSON</returns>
    public static int Plain(ref Utf8JsonReader reader, scoped Span<byte> room) =>
        reader.ValueIsEscaped && reader.ValueSpan.Length <= room.Length ? reader.CopyString(room) : -1;

    /// <summary>Tells the value that was read: a number, a text, or a truth value as a text.</summary>
    /// <returns>false when it is none of these</returns>
    public static bool Tell(ref Utf8JsonReader reader, int index, IElements into)
    {
        Span<byte> room = stackalloc byte[Most];
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                into.Number(index, JsonNumbers.Read(ref reader));
                return true;
            case JsonTokenType.String:
                var length = Plain(ref reader, room);
                into.Text(index, length < 0 ? reader.ValueSpan : room[..length]);
                return true;
            case JsonTokenType.True or JsonTokenType.False:
                into.Text(index, reader.TokenType == JsonTokenType.True ? "true"u8 : "false"u8);
                return true;
            default:
                return false;
        }
    }
}
