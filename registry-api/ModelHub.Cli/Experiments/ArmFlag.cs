using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ModelHub.Cli.Experiments;

/// <summary><c>NAME=VERSION:SHARE</c>, such as <c>new=4:50</c>.</summary>
internal sealed record ArmFlag(string Name, int Version, double Share)
{
    public static Option<ArmFlag[]> Option() => new("--arm")
    {
        Description = "An arm: its name, version and percent of the keys, as in new=4:50; one is the live version",
        HelpName = "NAME=V:SHARE",
        Required = true,
        CustomParser = result => [.. result.Tokens.Select(token => Read(token.Value, result)).OfType<ArmFlag>()],
    };

    private static ArmFlag? Read(string text, ArgumentResult result)
    {
        var (name, rest) = Cut(text, '=');
        var (version, share) = Cut(rest, ':');
        if (name.Length > 0
            && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && double.TryParse(share, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent))
            return new(name, number, percent);
        result.AddError($"{text} is no arm; an arm is written NAME=VERSION:SHARE.");
        return null;
    }

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is var i and >= 0 ? (text[..i], text[(i + 1)..]) : (text, "");
}
