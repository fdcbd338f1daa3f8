using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Environments;

/// <summary>A policy in a file, as <c>policy show</c> prints it: JSON, or YAML that says the same.</summary>
internal static class PolicyFile
{
    public static Option<string?> Option() => new("--file") { Description = "The policy, JSON or YAML", HelpName = "FILE" };

    public static async Task<JsonNode> ReadAsync(string file, CancellationToken ct) =>
        await DocumentFile.ReadAsync(file, "policy", ct) as JsonObject
        ?? throw new RefusedException(new Refusal("InvalidInput", $"{Path.GetFileName(file)} is no policy: it is not an object.", new JsonObject { ["field"] = "policy" }));

    /// <summary>What the API shows of a policy, as a file would say it: without what it does not ask for.</summary>
    public static JsonNode? Written(JsonNode? shown) => shown switch
    {
        JsonObject fields => new JsonObject(fields.Where(f => f.Value is not (null or JsonArray { Count: 0 })).Select(f => new KeyValuePair<string, JsonNode?>(f.Key, Written(f.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Written)]),
        _ => shown?.DeepClone(),
    };
}
