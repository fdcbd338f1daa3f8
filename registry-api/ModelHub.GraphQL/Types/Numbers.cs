using System.Globalization;
using System.Text.Json;
using System.Xml;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

internal static class Numbers
{
    /// <summary>The integral value of a JSON number within the bounds; <c>1.0</c> and <c>1e3</c> are integral too.</summary>
    public static long? Integer(JsonElement value, long min, long max)
    {
        if (value.ValueKind != JsonValueKind.Number)
            return null;
        if (value.TryGetInt64(out var n))
            return n >= min && n <= max ? n : null;
        // Beyond 2^53 a fraction cannot be told from an integer.
        if (value.TryGetDouble(out var d) && Math.Abs(d) <= 9007199254740992 && Math.Truncate(d) == d && d >= min && d <= max)
            return (long)d;
        return null;
    }

    public static object? Float(ValueNode value) =>
        value is IntValue or FloatValue && double.TryParse(Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var d) && double.IsFinite(d) ? d : null;

    public static string? Text(ValueNode value) => value switch { IntValue i => i.Text, FloatValue f => f.Text, _ => null };
}

internal static class Times
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd't'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd't'HH:mm:ssK",
    ];

    /// <summary>RFC 3339; the offset is required, beyond seven digits of fraction nothing is kept.</summary>
    public static object? Parse(string text)
    {
        if (text.Length is < 20 or > 40 || !(text[^1] is 'Z' or 'z' || text[^6] is '+' or '-'))
            return null;
        return DateTimeOffset.TryParseExact(text.ToUpperInvariant(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value.ToUniversalTime() : null;
    }

    public static void Write(ResponseWriter writer, object value)
    {
        var utc = value switch
        {
            DateTimeOffset offset => offset.UtcDateTime,
            DateTime { Kind: DateTimeKind.Local } local => local.ToUniversalTime(),
            DateTime other => other,
            _ => throw new LeafException("DateTime cannot represent the value."),
        };
        writer.Time(utc);
    }

    public static object? ParseSpan(string text)
    {
        try
        {
            return text.Length <= 50 ? XmlConvert.ToTimeSpan(text) : null;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }
}
