using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ModelHub.Cli.Graph;

/// <summary>A document in a file: JSON, or YAML that says the same.</summary>
internal static class DocumentFile
{
    private const int MostBytes = 64 * 1024;
    private const int MostNodes = 5_000;

    /// <param name="what">What it should be, in a word: the field that a refusal names.</param>
    public static async Task<JsonNode?> ReadAsync(string file, string what, CancellationToken ct)
    {
        if (!File.Exists(file))
            throw Refused(file, what, "there is no such file.");
        return new FileInfo(file).Length > MostBytes
            ? throw Refused(file, what, $"it may have at most {MostBytes} bytes.")
            : Read(file, await File.ReadAllTextAsync(file, ct), what);
    }

    internal static JsonNode? Read(string file, string text, string what)
    {
        try
        {
            return Path.GetExtension(file) is ".yaml" or ".yml" ? FromYaml(text) : JsonNode.Parse(text);
        }
        catch (Exception fault) when (fault is JsonException or YamlException)
        {
            throw Refused(file, what, fault.Message);
        }
    }

    private static JsonNode? FromYaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var left = MostNodes;
        return stream.Documents.Count == 1 ? Convert(stream.Documents[0].RootNode, ref left) : throw new YamlException("One document is expected.");
    }

    private static JsonNode? Convert(YamlNode node, ref int left)
    {
        // An alias that names a list of aliases, and so on, would grow without end.
        if (--left < 0)
            throw new YamlException($"There may be at most {MostNodes} values.");
        switch (node)
        {
            case YamlMappingNode map:
                var fields = new JsonObject();
                foreach (var (key, value) in map.Children)
                    fields[key.ToString()] = Convert(value, ref left);
                return fields;
            case YamlSequenceNode list:
                var items = new JsonArray();
                foreach (var item in list.Children)
                    items.Add(Convert(item, ref left));
                return items;
            default:
                return Scalar((YamlScalarNode)node);
        }
    }

    // Only plain scalars are anything but text: "5" in quotes is no number.
    private static JsonValue? Scalar(YamlScalarNode scalar) => (scalar.Style, scalar.Value) switch
    {
        (not ScalarStyle.Plain, var text) => JsonValue.Create(text),
        (_, null or "" or "null" or "~") => null,
        (_, "true") => JsonValue.Create(true),
        (_, "false") => JsonValue.Create(false),
        (_, var text) when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        (_, var text) when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
        (_, var text) => JsonValue.Create(text),
    };

    private static RefusedException Refused(string file, string what, string why) =>
        new(new Refusal("InvalidInput", $"{Path.GetFileName(file)} is no {what}: {why}", new JsonObject { ["field"] = what }));
}
