using System.Text.Json;
using ModelHub.Inference.V2;

namespace ModelHub.Router.Sketching;

/// <summary>Reads rows of named fields as they were given to <c>/predict</c>: an array of objects or one object.</summary>
internal static class ReadAskedRows
{
    /// <inheritdoc cref="ReadTensors.Run"/>
    public static bool Run(ReadOnlySpan<byte> body, AskedCounts into)
    {
        var reader = new Utf8JsonReader(body);
        var rows = 0;
        if (!reader.Read())
            return false;
        if (reader.TokenType == JsonTokenType.StartObject)
            return Row(ref reader, rows, into) && !reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            if (rows >= ReadTensors.MostRows || !Row(ref reader, rows++, into))
                return false;
        // What follows is a fault, which the reader tells.
        return rows > 0 && reader.TokenType == JsonTokenType.EndArray && !reader.Read();
    }

    private static bool Row(ref Utf8JsonReader reader, int row, AskedCounts into)
    {
        into.Room(row + 1);
        var column = into.Plan.Columns.Length - 1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueIsEscaped || into.Plan.Columns.Length == 0 ? SketchPlan.None : into.Plan.Find(reader.ValueSpan, column);
            reader.Read();
            if (found == SketchPlan.None)
            {
                reader.Skip();
                continue;
            }
            column = found;
            Value(ref reader, found, row, into);
        }
        return reader.TokenType == JsonTokenType.EndObject;
    }

    private static void Value(ref Utf8JsonReader reader, int column, int row, AskedCounts into)
    {
        Span<byte> room = stackalloc byte[JsonTexts.Most];
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                into.NumberOf(column, row, JsonNumbers.Read(ref reader));
                break;
            case JsonTokenType.String:
                var length = JsonTexts.Plain(ref reader, room);
                into.TextOf(column, length < 0 ? reader.ValueSpan : room[..length]);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                into.TextOf(column, reader.TokenType == JsonTokenType.True ? "true"u8 : "false"u8);
                break;
            case JsonTokenType.Null:
                break;
            default:
                into.Wrong(column);
                reader.Skip();
                break;
        }
    }
}
