using System.CommandLine;
using System.Text.Json.Nodes;

namespace ModelHub.Cli.Versions;

/// <summary>--where of <c>version list</c>: state=ready, tag.KEY=VALUE.</summary>
internal static class VersionFilter
{
    private const string TagPrefix = "tag.";

    public static Option<KeyValuePair<string, string>[]> Option()
    {
        var option = Pairs.Texts("--where", "state=ready, tag.KEY=VALUE, or both");
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!token.Value.StartsWith("state=", StringComparison.Ordinal) && !token.Value.StartsWith(TagPrefix, StringComparison.Ordinal))
                    result.AddError($"--where knows state=… and tag.KEY=…, not '{token.Value}'.");
        });
        return option;
    }

    /// <summary>What was given, as the schema's VersionFilterInput.</summary>
    public static JsonObject Where(KeyValuePair<string, string>[] given)
    {
        var where = new JsonObject();
        if (given.LastOrDefault(pair => pair.Key == "state") is { Value: { } state })
            where["state"] = Equal(state.ToUpperInvariant());
        if (given.LastOrDefault(pair => pair.Key?.StartsWith(TagPrefix, StringComparison.Ordinal) == true) is { Key: { } key, Value: { } value })
            where["tags"] = new JsonObject { ["some"] = new JsonObject { ["key"] = Equal(key[TagPrefix.Length..]), ["value"] = Equal(value) } };
        return where;
    }

    private static JsonObject Equal(string value) => new() { ["eq"] = value };
}
