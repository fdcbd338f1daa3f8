using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ModelHub.Cli.Versions;

/// <summary>A numbered version of something named, written NAME@N.</summary>
internal sealed record VersionName(string Name, int Number)
{
    public override string ToString() => $"{Name}@{Number.ToString(CultureInfo.InvariantCulture)}";

    public static VersionName? TryParse(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0 && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? new VersionName(text[..at], number)
            : null;
    }

    public static Argument<VersionName> Argument(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(result, name),
    };

    public static Option<VersionName[]> Options(string flag, string helpName, string description) => new(flag)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => [.. result.Tokens.Select(token => Parse(token.Value, flag, result)).OfType<VersionName>()],
    };

    public static Option<VersionName?> Option(string flag, string helpName, string description) => new(flag)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Parse(result, flag),
    };

    private static VersionName? Parse(ArgumentResult result, string what) => Parse(result.Tokens[0].Value, what, result);

    private static VersionName? Parse(string text, string what, ArgumentResult result)
    {
        if (TryParse(text) is { } found)
            return found;
        result.AddError($"{what} must be written NAME@NUMBER, such as risk.credit-scoring@3, not '{text}'.");
        return null;
    }
}
