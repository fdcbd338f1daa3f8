using System.CommandLine;
using System.Text.Json.Nodes;

namespace ModelHub.Cli.Versions;

/// <summary>--where of <c>version list</c>: state=ready, tag.KEY=VALUE.</summary>
internal static class VersionFilter
{
    private const string TagPrefix = "tag.";

    public static Option<KeyValuePair<string, string>[]> Option()
    {
        var option = Pairs.Texts("--where", "state=ready, or tag.KEY=VALUE; may be repeated");
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!token.Value.StartsWith("state=", StringComparison.Ordinal) && !token.Value.StartsWith(TagPrefix, StringComparison.Ordinal))
                    result.AddError($"--where knows state=… and tag.KEY=…, not '{token.Value}'.");
        });
        return option;
    }

    public static JsonNode? ToInput(KeyValuePair<string, string>[] given) =>
        given.Length == 0 ? null : new JsonObject { ["and"] = new JsonArray([.. given.Select(Condition)]) };

    private static JsonObject Condition(KeyValuePair<string, string> given) => given.Key.StartsWith(TagPrefix, StringComparison.Ordinal)
        ? new() { ["tag"] = new JsonObject { ["key"] = given.Key[TagPrefix.Length..], ["value"] = given.Value } }
        : new() { ["state"] = new JsonObject { ["eq"] = given.Value.ToUpperInvariant() } };
}
