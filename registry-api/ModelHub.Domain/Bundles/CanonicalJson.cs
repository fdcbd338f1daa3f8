using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelHub.Domain.Bundles;

/// <summary>
/// One text for one value, after RFC 8785: members in the order of their UTF-16 names, no blanks, only what must be escaped.
/// Its hard part, numbers with fractions, is left out: bundles hold whole numbers only.
/// </summary>
public static class CanonicalJson
{
    public static byte[] Of(JsonNode value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(JsonNode? value, StringBuilder to)
    {
        switch (value)
        {
            case JsonObject members:
                Each('{', members.OrderBy(member => member.Key, StringComparer.Ordinal), '}', to, member =>
                {
                    Text(member.Key, to);
                    to.Append(':');
                    Write(member.Value, to);
                });
                break;
            case JsonArray items:
                Each('[', items, ']', to, item => Write(item, to));
                break;
            case JsonValue text when text.TryGetValue<string>(out var letters):
                Text(letters, to);
                break;
            case JsonValue number when number.TryGetValue<int>(out var small):
                to.Append(small.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                to.Append(value!.GetValue<long>().ToString(CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void Each<T>(char open, IEnumerable<T> items, char close, StringBuilder to, Action<T> write)
    {
        to.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                to.Append(',');
            first = false;
            write(item);
        }
        to.Append(close);
    }

    private static void Text(string text, StringBuilder to)
    {
        to.Append('"');
        foreach (var letter in text)
            _ = letter switch
            {
                '"' => to.Append("\\\""),
                '\\' => to.Append("\\\\"),
                '\b' => to.Append("\\b"),
                '\f' => to.Append("\\f"),
                '\n' => to.Append("\\n"),
                '\r' => to.Append("\\r"),
                '\t' => to.Append("\\t"),
                < ' ' => to.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => to.Append(letter),
            };
        to.Append('"');
    }
}
