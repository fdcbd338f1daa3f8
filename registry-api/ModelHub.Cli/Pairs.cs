using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelHub.Cli;

/// <summary>Flags that may be repeated and hold key=value.</summary>
internal static class Pairs
{
    public static Option<KeyValuePair<string, string>[]> Texts(string flag, string description) => new(flag)
    {
        Description = description,
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            var pairs = new List<KeyValuePair<string, string>>();
            foreach (var token in result.Tokens)
                if (token.Value.IndexOf('=') is > 0 and var cut)
                    pairs.Add(new(token.Value[..cut], token.Value[(cut + 1)..]));
                else
                    result.AddError($"{flag} must be written KEY=VALUE, not '{token.Value}'.");
            return [.. pairs];
        },
    };

    public static Option<KeyValuePair<string, string>[]> Numbers(string flag, string description)
    {
        var option = Texts(flag, description);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value.IndexOf('=') is > 0 and var cut && !IsNumber(token.Value[(cut + 1)..]))
                    result.AddError($"{flag} {token.Value[..cut]} must be a number, not '{token.Value[(cut + 1)..]}'.");
        });
        return option;
    }

    /// <summary>As the API takes them: [{key: …, value: …}].</summary>
    public static JsonArray ToInput(IEnumerable<KeyValuePair<string, string>> pairs, string key = "key") =>
        new([.. pairs.Select(pair => new JsonObject { [key] = pair.Key, ["value"] = pair.Value })]);

    /// <summary>The same with numbers as values.</summary>
    public static JsonArray ToNumberInput(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new([.. pairs.Select(pair => new JsonObject { ["name"] = pair.Key, ["value"] = double.Parse(pair.Value, CultureInfo.InvariantCulture) })]);

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
}
