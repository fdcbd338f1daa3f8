using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelHub.Console.Environments;

/// <summary>One setting that two policies say differently.</summary>
/// <param name="Setting">The way to it: <c>metricGates auc margin</c>.</param>
/// <param name="Before">Null: it was not there.</param>
/// <param name="After">Null: it is gone.</param>
public sealed record PolicyChange(string Setting, string? Before, string? After);

/// <summary>What changes from one policy to another, setting by setting; entries of lists are known by their metric or name, not by their place.</summary>
internal static class PolicyDiff
{
    private static readonly string[] names = ["metric", "name"];

    public static IReadOnlyList<PolicyChange> Of(JsonObject before, JsonObject after) => [.. Fields("", before, after)];

    private static IEnumerable<PolicyChange> Of(string setting, JsonNode? before, JsonNode? after) => (before, after) switch
    {
        _ when JsonNode.DeepEquals(before, after) => [],
        (JsonObject old, JsonObject now) => Fields(setting, old, now),
        (null, JsonObject now) when IsNested(now) => Fields(setting, new JsonObject(), now),
        (JsonObject old, null) when IsNested(old) => Fields(setting, old, new JsonObject()),
        (JsonArray or null, JsonArray now) when now.All(IsNamed) && (before as JsonArray ?? new JsonArray()).All(IsNamed) => Fields(setting, ByName(before as JsonArray ?? new JsonArray()), ByName(now)),
        (JsonArray old, null) when old.All(IsNamed) => Fields(setting, ByName(old), new JsonObject()),
        (JsonArray or null, JsonArray now) when now.All(IsLeaf) && (before as JsonArray ?? new JsonArray()).All(IsLeaf) => Entries(setting, before as JsonArray ?? new JsonArray(), now),
        (JsonArray old, null) when old.All(IsLeaf) => Entries(setting, old, new JsonArray()),
        (JsonArray old, JsonArray now) => Places(setting, old, now),
        _ => [new(setting, Words(before), Words(after))],
    };

    private static IEnumerable<PolicyChange> Fields(string setting, JsonObject before, JsonObject after) =>
        before.Select(field => field.Key).Union(after.Select(field => field.Key))
            .SelectMany(key => Of($"{setting} {key}".TrimStart(), before[key], after[key]));

    private static IEnumerable<PolicyChange> Entries(string setting, JsonArray before, JsonArray after)
    {
        var (old, now) = (before.Select(Words).ToList(), after.Select(Words).ToList());
        return old.Except(now).Select(gone => new PolicyChange(setting, gone, null)).Concat(now.Except(old).Select(come => new PolicyChange(setting, null, come)));
    }

    private static IEnumerable<PolicyChange> Places(string setting, JsonArray before, JsonArray after) =>
        Enumerable.Range(0, Math.Max(before.Count, after.Count))
            .SelectMany(i => Of($"{setting}[{i}]", i < before.Count ? before[i] : null, i < after.Count ? after[i] : null));

    /// <summary>Too much for one line; a plan is told in its own words.</summary>
    private static bool IsNested(JsonObject fields) =>
        !PlanWords.IsPlan(fields) && fields.Any(field => field.Value is JsonObject || (field.Value is JsonArray list && list.Any(entry => entry is JsonObject)));

    private static bool IsNamed(JsonNode? entry) => NameOf(entry) is not null;

    private static bool IsLeaf(JsonNode? entry) => entry is JsonValue;

    private static string? NameOf(JsonNode? entry) =>
        entry is JsonObject fields ? names.Select(name => fields[name] is JsonValue value ? value.ToString() : null).FirstOrDefault(name => name is not null) : null;

    /// <summary>The entries under their names; of two with one name, which no policy may have, the second is told apart by a mark.</summary>
    private static JsonObject ByName(JsonArray entries)
    {
        var named = new JsonObject();
        foreach (var entry in entries.OfType<JsonObject>())
        {
            var name = NameOf(entry)!;
            while (named.ContainsKey(name))
                name += "′";
            named.Add(name, new JsonObject(entry.Where(field => !names.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))));
        }
        return named;
    }

    private static string? Words(JsonNode? value) => value switch
    {
        null => null,
        JsonValue leaf when leaf.GetValueKind() == JsonValueKind.String => leaf.ToString(),
        JsonObject { Count: 0 } => "there",
        JsonObject plan when PlanWords.IsPlan(plan) => PlanWords.Of(JsonSerializer.SerializeToElement(plan)),
        JsonObject fields => string.Join(", ", fields.Select(field => $"{field.Key} {Words(field.Value)}")),
        JsonArray items => string.Join(", ", items.Select(Words)),
        _ => PolicyText.Flat(value),
    };
}
