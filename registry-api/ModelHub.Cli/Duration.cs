using System.CommandLine;
using System.Globalization;

namespace ModelHub.Cli;

/// <summary>Times as people write them: 500ms, 90s, 10m, 2h, 30d.</summary>
internal static class Duration
{
    private static readonly TimeSpan longest = TimeSpan.FromDays(7);

    public static Option<TimeSpan> Option(string flag, string description, TimeSpan value, TimeSpan? most = null) => new(flag)
    {
        Description = description,
        HelpName = "10m",
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            if (TryParse(result.Tokens[0].Value, most ?? longest) is { } found)
                return found;
            result.AddError($"{flag} must be a time such as 90s, 10m or 2h, at most {(most ?? longest).TotalHours:0}h, not '{result.Tokens[0].Value}'.");
            return value;
        },
    };

    internal static TimeSpan? TryParse(string text) => TryParse(text, longest);

    private static TimeSpan? TryParse(string text, TimeSpan most)
    {
        var digits = text.TrimEnd("dhms".ToCharArray());
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return null;
        double? seconds = text[digits.Length..] switch
        {
            "ms" => amount / 1000,
            "s" => amount,
            "m" => amount * 60,
            "h" => amount * 3600,
            "d" => amount * 86_400,
            _ => null,
        };
        return seconds is > 0 && seconds <= most.TotalSeconds ? TimeSpan.FromSeconds(seconds.Value) : null;
    }
}
