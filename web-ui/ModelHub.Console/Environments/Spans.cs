using System.Globalization;
using System.Xml;

namespace ModelHub.Console.Environments;

/// <summary>Times as policies write them (<c>P30D</c>) and as plans do (<c>30s</c>), in words and in a form's number and unit.</summary>
internal static class Spans
{
    /// <summary>The largest first. Policies write all but days after a T.</summary>
    public static readonly IReadOnlyList<(string Unit, long Seconds, string Letter)> Units = [("days", 86_400, "d"), ("hours", 3_600, "h"), ("minutes", 60, "m"), ("seconds", 1, "s")];

    /// <summary>P30D is 30 days, PT36H 36 hours, 90s 90 seconds; what is no time stays as it is.</summary>
    public static string Words(string? text) => text is null ? "" : (Parts(text) ?? Short(text)) is (var number, var unit) ? $"{number} {(number == 1 ? unit[..^1] : unit)}" : text;

    /// <summary>In the largest unit that needs no fraction; null: it is no time, or one below a second.</summary>
    public static (long Number, string Unit)? Parts(string? text)
    {
        if (text is null || !TryRead(text, out var span) || span.Ticks % TimeSpan.TicksPerSecond != 0)
            return null;
        var seconds = (long)span.TotalSeconds;
        var (unit, size, _) = seconds == 0 ? Units[^1] : Units.First(u => seconds % u.Seconds == 0);
        return (seconds / size, unit);
    }

    public static string Write(long number, string unit) => unit == "days"
        ? string.Create(CultureInfo.InvariantCulture, $"P{number}D")
        : string.Create(CultureInfo.InvariantCulture, $"PT{number}{char.ToUpperInvariant(unit[0])}");

    private static (long Number, string Unit)? Short(string text) =>
        Units.FirstOrDefault(u => text.EndsWith(u.Letter, StringComparison.Ordinal)) is { Unit: { } unit } && long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number, unit)
            : null;

    private static bool TryRead(string text, out TimeSpan span)
    {
        try
        {
            span = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception unfit) when (unfit is FormatException or OverflowException)
        {
            span = default;
            return false;
        }
    }
}
