using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelHub.Cli.Bundles;

/// <summary>
/// The one text that a manifest may be (RFC 8785 with whole numbers only). The API has its own writer: the verifier shares no
/// code with what it verifies.
/// </summary>
internal static class CanonicalJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <exception cref="InvalidBundleException">It is no JSON object, or could have been written otherwise.</exception>
    public static JsonObject Parse(string member, byte[] utf8)
    {
        try
        {
            var parsed = JsonNode.Parse(utf8, documentOptions: Strict) as JsonObject ?? throw new InvalidBundleException(member, "is no JSON object");
            var text = new StringBuilder();
            return Write(parsed, text) && Encoding.UTF8.GetBytes(text.ToString()).AsSpan().SequenceEqual(utf8)
                ? parsed
                : throw new InvalidBundleException(member, "is not in the canonical form: other bytes would say the same");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new InvalidBundleException(member, $"is not JSON: {fault.Message}");
        }
    }

    /// <returns>False for what has no canonical form here: fractions, true, false and null.</returns>
    private static bool Write(JsonNode? value, StringBuilder to) => value switch
    {
        JsonObject members => Each('{', members.OrderBy(member => member.Key, StringComparer.Ordinal), '}', to, member => Member(member, to)),
        JsonArray items => Each('[', items, ']', to, item => Write(item, to)),
        JsonValue letters when letters.TryGetValue<string>(out var text) => Text(text, to),
        JsonValue whole when whole.TryGetValue<long>(out var number) => to.Append(number.ToString(CultureInfo.InvariantCulture)) is not null,
        _ => false,
    };

    private static bool Member(KeyValuePair<string, JsonNode?> member, StringBuilder to)
    {
        Text(member.Key, to);
        to.Append(':');
        return Write(member.Value, to);
    }

    private static bool Each<T>(char open, IEnumerable<T> items, char close, StringBuilder to, Func<T, bool> write)
    {
        to.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                to.Append(',');
            first = false;
            if (!write(item))
                return false;
        }
        to.Append(close);
        return true;
    }

    private static bool Text(string text, StringBuilder to)
    {
        to.Append('"');
        foreach (var letter in text)
            _ = letter switch
            {
                '"' or '\\' => to.Append('\\').Append(letter),
                '\b' => to.Append("\\b"),
                '\f' => to.Append("\\f"),
                '\n' => to.Append("\\n"),
                '\r' => to.Append("\\r"),
                '\t' => to.Append("\\t"),
                < ' ' => to.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => to.Append(letter),
            };
        to.Append('"');
        return true;
    }
}
