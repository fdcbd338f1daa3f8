using System.Text.Json.Nodes;

namespace ModelHub.Cli.Graph;

/// <summary>What was asked for is not there, or not for this caller.</summary>
internal static class Missing
{
    public static RefusedException Of(string kind, string name) =>
        new(new Refusal(kind + "NotFound", $"There is no {Spoken(kind)} '{name}'.", new JsonObject { ["name"] = name }));

    private static string Spoken(string kind) =>
        string.Concat(kind.Select((letter, at) => char.IsUpper(letter) ? (at == 0 ? "" : " ") + char.ToLowerInvariant(letter) : letter.ToString()));

    /// <summary>Sets a field of an input only when the person gave it.</summary>
    public static void AddGiven(this JsonObject input, string name, string? value)
    {
        if (value is not null)
            input[name] = value;
    }

    /// <inheritdoc cref="AddGiven(JsonObject, string, string?)"/>
    public static void AddGiven(this JsonObject input, string name, JsonNode? value)
    {
        if (value is not null)
            input[name] = value;
    }
}
