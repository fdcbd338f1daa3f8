using System.Globalization;
using System.Text.Json;
using System.Xml;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

/// <summary>
/// The scalars the engine knows. The five of the specification carry the descriptions that clients expect to find:
/// tools that rebuild a schema put these in, whatever the server says.
/// </summary>
internal static class Scalars
{
    public static ScalarDef Int() => new("Int", typeof(int))
    {
        Description = "The `Int` scalar type represents non-fractional signed whole numeric values. Int can represent values between -(2^31) and 2^31 - 1.",
        ParseLiteral = v => v is IntValue i && int.TryParse(i.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null,
        ParseJson = v => Numbers.Integer(v, int.MinValue, int.MaxValue) is { } n ? (int)n : null,
        Write = (w, v) => w.Number(ToInt(v)),
    };

    public static ScalarDef Long() => new("Long", typeof(long))
    {
        Description = "A signed 64-bit integer, as a JSON number.",
        ParseLiteral = v => v is IntValue i && long.TryParse(i.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null,
        ParseJson = v => Numbers.Integer(v, long.MinValue, long.MaxValue),
        Write = (w, v) => w.Number(Convert.ToInt64(v, CultureInfo.InvariantCulture)),
    };

    public static ScalarDef Float() => new("Float", typeof(double))
    {
        Description = "The `Float` scalar type represents signed double-precision fractional values as specified by [IEEE 754](https://en.wikipedia.org/wiki/IEEE_floating_point).",
        ParseLiteral = v => Numbers.Float(v),
        ParseJson = v => v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var d) && double.IsFinite(d) ? d : null,
        Write = (w, v) => w.Number(Convert.ToDouble(v, CultureInfo.InvariantCulture)),
    };

    public static ScalarDef Decimal() => new("Decimal", typeof(decimal))
    {
        Description = "A decimal number of up to 28 digits, as a JSON number.",
        ParseLiteral = v => v is IntValue or FloatValue && decimal.TryParse(Numbers.Text(v), NumberStyles.Float, CultureInfo.InvariantCulture, out var d) ? d : null,
        ParseJson = v => v.ValueKind == JsonValueKind.Number && v.TryGetDecimal(out var d) ? d : null,
        Write = (w, v) => w.Number(Convert.ToDecimal(v, CultureInfo.InvariantCulture)),
    };

    public static ScalarDef Boolean() => new("Boolean", typeof(bool))
    {
        Description = "The `Boolean` scalar type represents `true` or `false`.",
        ParseLiteral = v => v is BooleanValue b ? b.Value : null,
        ParseJson = v => v.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null },
        Write = (w, v) => w.Boolean((bool)v),
    };

    public static ScalarDef String() => new("String", typeof(string))
    {
        Description = "The `String` scalar type represents textual data, represented as UTF-8 character sequences. The String type is most often used by GraphQL to represent free-form human-readable text.",
        ParseLiteral = v => v is StringValue s ? s.Value : null,
        ParseJson = v => v.ValueKind == JsonValueKind.String ? v.GetString() : null,
        Write = (w, v) => w.String(ToText(v)),
    };

    public static ScalarDef Id() => new("ID", typeof(string))
    {
        Description = "The `ID` scalar type represents a unique identifier, often used to refetch an object or as key for a cache. The ID type appears in a JSON response as a String; however, it is not intended to be human-readable. When expected as an input type, any string (such as `\"4\"`) or integer (such as `4`) input value will be accepted as an ID.",
        ParseLiteral = v => v switch { StringValue s => s.Value, IntValue i => i.Text, _ => null },
        ParseJson = v => v.ValueKind switch
        {
            JsonValueKind.String => v.GetString(),
            JsonValueKind.Number => Numbers.Integer(v, long.MinValue, long.MaxValue)?.ToString(CultureInfo.InvariantCulture),
            _ => null,
        },
        Write = (w, v) => w.String(ToText(v)),
    };

    public static ScalarDef Uuid() => Text("UUID", typeof(Guid), "A UUID in its canonical form of 36 characters.", "https://tools.ietf.org/html/rfc4122", s => Guid.TryParseExact(s, "D", out var g) ? g : null, (w, v) => w.Guid((Guid)v));

    public static ScalarDef DateTime() => Text("DateTime", typeof(DateTimeOffset), "A point in time after RFC 3339, answered in UTC.", "https://scalars.graphql.org/andimarek/date-time", s => Times.Parse(s), (w, v) => Times.Write(w, v));

    public static ScalarDef Date() => Text("Date", typeof(DateOnly), "A day, `YYYY-MM-DD`.", "https://scalars.graphql.org/andimarek/local-date", s => DateOnly.TryParseExact(s, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var d) ? d : null, (w, v) => w.Quoted((DateOnly)v, "yyyy-MM-dd"));

    public static ScalarDef Duration() => Text("Duration", typeof(TimeSpan), "A span of time after ISO 8601, for instance `PT90S`.", "https://en.wikipedia.org/wiki/ISO_8601#Durations", Times.ParseSpan, (w, v) => w.String(XmlConvert.ToString((TimeSpan)v)));

    public static ScalarDef Json() => new("JSON", typeof(JsonElement))
    {
        Description = "Any JSON value.",
        IsAny = true,
        SpecifiedBy = new Uri("https://www.rfc-editor.org/rfc/rfc8259"),
        ParseLiteral = JsonLiterals.ToElement,
        ParseJson = v => v.Clone(),
        Write = JsonLiterals.Write,
    };

    /// <summary>A scalar that is a string on the wire.</summary>
    public static ScalarDef Text(string name, Type wire, string? description, string? specifiedBy, Func<string, object?> parse, LeafWriter write) => new(name, wire)
    {
        Description = description,
        SpecifiedBy = specifiedBy is null ? null : new Uri(specifiedBy),
        ParseLiteral = v => v is StringValue s ? parse(s.Value) : null,
        ParseJson = v => v.ValueKind == JsonValueKind.String ? parse(v.GetString()!) : null,
        Write = write,
    };

    private static string ToText(object value) => value as string ?? (value as IFormattable)?.ToString(null, CultureInfo.InvariantCulture) ?? value.ToString() ?? "";

    private static int ToInt(object value)
    {
        var wide = Convert.ToInt64(value, CultureInfo.InvariantCulture);
        return wide is >= int.MinValue and <= int.MaxValue ? (int)wide : throw new LeafException("Int cannot represent a number beyond 32 bits.");
    }
}
