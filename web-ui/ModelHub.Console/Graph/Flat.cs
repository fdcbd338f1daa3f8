using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelHub.Console.Graph;

/// <summary>Reads <c>{ "name": "production" }</c> as "production": a page that only shows the name needs no record around it.</summary>
internal sealed class NameOf : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Flat.Member(ref reader, "name")?.GetString();

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException("Answers are read, not written.");
}

/// <summary>Reads <c>{ "number": 3 }</c> as 3.</summary>
internal sealed class NumberOf : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Flat.Member(ref reader, "number")?.GetInt32() ?? throw new JsonException("A version without its number.");

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => throw new NotSupportedException("Answers are read, not written.");
}

file static class Flat
{
    public static JsonElement? Member(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        var thing = JsonElement.ParseValue(ref reader);
        return thing.ValueKind == JsonValueKind.Object && thing.TryGetProperty(name, out var member) ? member : null;
    }
}
