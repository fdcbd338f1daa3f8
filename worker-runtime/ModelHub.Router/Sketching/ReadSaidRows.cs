using System.Text.Json;

namespace ModelHub.Router.Sketching;

/// <summary>Reads the answer of <c>/predict</c>: <c>predictions</c>, one object of outputs for each row: a value, an array, or an object of named numbers.</summary>
internal static class ReadSaidRows
{
    /// <inheritdoc cref="ReadTensors.Run"/>
    public static void Run(ReadOnlySpan<byte> body, IElements into)
    {
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals("predictions"u8);
            reader.Read();
            if (!wanted || reader.TokenType != JsonTokenType.StartArray)
                reader.Skip();
            else
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    Row(ref reader, into);
        }
    }

    private static void Row(ref Utf8JsonReader reader, IElements into)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                Several(ref reader, name, into);
            else if (into.Begin(name, 1, 1))
                Value(ref reader, 0, into);
        }
    }

    /// <summary>Looked at twice, for how many there are is known at the end only.</summary>
    private static void Several(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, IElements into)
    {
        var ahead = reader;
        var (depth, width) = (reader.CurrentDepth, 0);
        while (ahead.Read() && ahead.CurrentDepth > depth)
            width += IsValue(ahead.TokenType) ? 1 : 0;
        if (!into.Begin(name, 1, width))
        {
            reader.Skip();
            return;
        }
        for (var index = 0; reader.Read() && reader.CurrentDepth > depth;)
            if (IsValue(reader.TokenType))
                Value(ref reader, index++, into);
    }

    private static bool IsValue(JsonTokenType token) => token is JsonTokenType.Number or JsonTokenType.String or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null;

    private static void Value(ref Utf8JsonReader reader, int index, IElements into)
    {
        if (!JsonTexts.Tell(ref reader, index, into))
            into.Number(index, double.NaN);
    }
}
