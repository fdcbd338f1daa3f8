using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelHub.Cli;

/// <summary>Values that people type.</summary>
internal static class JsonValues
{
    /// <summary>JSON when it is JSON, else the text itself.</summary>
    public static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    /// <summary>An object given directly or as a file that holds one.</summary>
    public static JsonObject ReadObject(string given, string flag)
    {
        var text = File.Exists(given) ? File.ReadAllText(given) : given;
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new BrokenWorldException($"{flag} must be a JSON object.");
        }
        catch (JsonException fault)
        {
            throw new BrokenWorldException($"{flag} is neither a file nor a JSON object: {fault.Message}", fault);
        }
    }
}
