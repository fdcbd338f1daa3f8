using System.Text.Json.Nodes;

namespace ModelHub.Cli.Graph;

/// <summary>Reading answers.</summary>
internal static class JsonReading
{
    public static string Text(this JsonNode? node) => node?.ToString() ?? "";

    public static long Whole(this JsonNode? node) => node?.GetValue<long>() ?? 0;

    /// <summary>An enum value as the command line writes it: AWAITING_APPROVAL → awaiting-approval.</summary>
    public static string Word(this JsonNode? node) => node.Text().ToLowerInvariant().Replace('_', '-');

    public static IEnumerable<JsonObject> Items(this JsonNode? node) => node is JsonArray items ? items.OfType<JsonObject>() : [];

    /// <summary>A copy that may be put into another document.</summary>
    public static JsonNode? Copy(this JsonNode? node) => node?.DeepClone();

    /// <summary>[{key: a, value: b}] → {a: b}.</summary>
    public static JsonObject ToMap(this JsonNode? pairs, string key, string value)
    {
        var map = new JsonObject();
        foreach (var pair in pairs.Items())
            map[pair[key].Text()] = pair[value].Copy();
        return map;
    }
}
