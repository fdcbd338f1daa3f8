using System.Globalization;
using System.Text.Json;
using ModelHub.Console.Elements;

namespace ModelHub.Console.Promotions;

/// <summary>What a gate looked at, as names and values to read; numbers short, lists in words.</summary>
internal static class Evidence
{
    public static IEnumerable<(string Name, string Value)> Of(JsonElement? inputs) => inputs switch
    {
        { ValueKind: JsonValueKind.Object } named => named.EnumerateObject().Select(input => (input.Name, Words(input.Value))),
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => [],
        { } other => [("value", Words(other))],
    };

    public static string Words(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole.ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Number => Show.Number(value.GetDouble()),
        JsonValueKind.String when value.TryGetDateTimeOffset(out var at) => at.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture),
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Array when value.GetArrayLength() == 0 => "none",
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Words)),
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Select(part => $"{part.Name} {Words(part.Value)}")),
        JsonValueKind.Null => "–",
        _ => value.ToString(),
    };
}
