using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelHub.Console.Environments;

/// <summary>A policy as a file says it: what <c>policy show</c> prints and <c>policy set</c> takes.</summary>
internal static class PolicyText
{
    private const int Line = 60;
    private static readonly JsonSerializerOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>What the api shows of a policy, without what it does not ask for.</summary>
    public static JsonObject Written(JsonElement shown) => (JsonObject)Written(JsonObject.Create(shown))!;

    /// <summary>Over several lines; what fits in one stays in one.</summary>
    public static string Of(JsonNode policy) => Lay(policy, 0);

    /// <summary>The object that a text is, or where and why it is none.</summary>
    public static (JsonObject? Policy, string? Fault) Read(string text)
    {
        try
        {
            return JsonNode.Parse(text, null, strict) is JsonObject policy ? (policy, null) : (null, "A policy is a JSON object: { … }.");
        }
        catch (JsonException broken)
        {
            var reason = broken.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
            return (null, broken.LineNumber is { } line ? $"Line {line + 1}, character {broken.BytePositionInLine + 1}: {reason}" : reason);
        }
    }

    /// <summary>In one line: { "metric": "auc", "margin": 0.01 }.</summary>
    public static string Flat(JsonNode? node) => node switch
    {
        JsonObject { Count: 0 } => "{}",
        JsonObject fields => $"{{ {string.Join(", ", fields.Select(field => $"{Name(field.Key)}: {Flat(field.Value)}"))} }}",
        JsonArray items => $"[{string.Join(", ", items.Select(Flat))}]",
        null => "null",
        _ => node.ToJsonString(plain),
    };

    private static string Lay(JsonNode? node, int depth)
    {
        var flat = Flat(node);
        if (node is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }) || (depth > 0 && flat.Length + (2 * depth) <= Line))
            return flat;
        var (inner, outer) = (new string(' ', 2 * (depth + 1)), new string(' ', 2 * depth));
        return node is JsonObject fields
            ? $"{{\n{string.Join(",\n", fields.Select(field => $"{inner}{Name(field.Key)}: {Lay(field.Value, depth + 1)}"))}\n{outer}}}"
            : $"[\n{string.Join(",\n", ((JsonArray)node).Select(item => inner + Lay(item, depth + 1)))}\n{outer}]";
    }

    private static string Name(string key) => JsonValue.Create(key).ToJsonString(plain);

    private static JsonNode? Written(JsonNode? shown) => shown switch
    {
        JsonObject fields => new JsonObject(fields.Where(field => field.Value is not (null or JsonArray { Count: 0 })).Select(field => KeyValuePair.Create(field.Key, Written(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Written)]),
        _ => shown?.DeepClone(),
    };
}
