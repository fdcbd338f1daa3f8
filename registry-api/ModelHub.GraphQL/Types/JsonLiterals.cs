using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

/// <summary>The JSON scalar, which takes literals of any form.</summary>
internal static class JsonLiterals
{
    public static object? ToElement(ValueNode value) => ToElement(value, static _ => null);

    /// <summary>With the values of variables inside.</summary>
    public static object? ToElement(ValueNode value, Func<string, JsonElement?> variables) => JsonSerializer.SerializeToElement(ToNode(value, variables));

    public static void Write(ResponseWriter writer, object value)
    {
        switch (value)
        {
            case JsonElement element: writer.Json(element); break;
            case JsonDocument document: writer.Json(document.RootElement); break;
            default: writer.Json(value, value.GetType()); break;
        }
    }

    private static JsonNode? ToNode(ValueNode value, Func<string, JsonElement?> variables) => value switch
    {
        IntValue i when long.TryParse(i.Text, CultureInfo.InvariantCulture, out var n) => JsonValue.Create(n),
        IntValue or FloatValue => Numbers.Float(value) is double d ? JsonValue.Create(d) : throw new FormatException("The number is out of range."),
        StringValue s => JsonValue.Create(s.Value),
        BooleanValue b => JsonValue.Create(b.Value),
        EnumValue e => JsonValue.Create(e.Name),
        ListValue l => new JsonArray([.. l.Items.Select(i => ToNode(i, variables))]),
        ObjectValue o => new JsonObject(o.Fields.Select(f => KeyValuePair.Create(f.Name, ToNode(f.Value, variables)))),
        VariableValue v => variables(v.Name) is { } given ? JsonSerializer.SerializeToNode(given) : null,
        _ => null,
    };
}
