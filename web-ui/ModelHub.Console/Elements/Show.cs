using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelHub.Console.Elements;

/// <summary>How numbers, sizes and spans are written, everywhere the same.</summary>
internal static partial class Show
{
    private static readonly string[] sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Bytes(long? bytes)
    {
        if (bytes is not { } count)
            return "–";
        var (value, unit) = ((double)count, 0);
        for (; value >= 1024 && unit < sizes.Length - 1; unit++)
            value /= 1024;
        return value.ToString(unit == 0 || value >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + sizes[unit];
    }

    public static string Count(long? count) => count?.ToString("#,0", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>Four meaningful digits: 0.8312, 12.35, 48,213, 1.2e-7.</summary>
    public static string Number(double? number) => number switch
    {
        null => "–",
        { } n when !double.IsFinite(n) => n.ToString(CultureInfo.InvariantCulture),
        0 => "0",
        { } n when Math.Abs(n) < 1e-4 => n.ToString("0.##e-0", CultureInfo.InvariantCulture),
        { } n when Math.Abs(n) >= 1e9 => n.ToString("0.###e+0", CultureInfo.InvariantCulture),
        { } n when Math.Abs(n) >= 1000 => n.ToString("#,0.##", CultureInfo.InvariantCulture),
        { } n when Math.Abs(n) >= 1 => n.ToString("0.###", CultureInfo.InvariantCulture),
        { } n => n.ToString("0.####", CultureInfo.InvariantCulture),
    };

    /// <summary>What a program wrote, its numbers as exact as they are read: 0.8018160218455805 is 0.8018, 12 and 0.75 stay.</summary>
    public static string Readable(string? text) =>
        Long().Replace(text ?? "", number => double.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? Number(value) : number.Value);

    /// <summary>Digests in a list, long enough to tell them apart.</summary>
    public static string Brief(string? text) => text is ['s', 'h', 'a', '2', '5', '6', ':', .. { Length: 64 } hex] ? hex[..12] : text ?? "–";

    /// <summary>A moment that a program wrote, in UTC and to the second; what is none stays as it is.</summary>
    public static string Moment(string text) =>
        text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.UtcDateTime.ToString("d MMM yyyy, HH:mm:ss", CultureInfo.InvariantCulture)
            : text;

    [GeneratedRegex(@"(?<![\w.])-?\d+\.\d{6,}(?![\w.])")]
    private static partial Regex Long();

    /// <summary>As exact as is seen beside <paramref name="most"/>, and nothing has no sign. Beside 0.2: 0.024, 1.23, 0.</summary>
    public static string Beside(double? number, double most) => Number(number is { } n ? Near(n, most) : null);

    /// <summary>To a thousandth of the size of <paramref name="most"/> and three digits: more is not seen beside it. Beside 0.2, 0.02449 is 0.024.</summary>
    public static double Near(double number, double most)
    {
        if (!double.IsFinite(number) || !(most > 0))
            return number;
        var digits = Math.Clamp(2 - (int)Math.Floor(Math.Log10(most)), 0, 15);
        var near = Math.Round(number, digits);
        return near == 0 ? 0 : Math.Round(number, Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(near))), 0, digits));
    }

    /// <summary>The end of a window among others, in UTC: with seconds where two are less than a minute apart.</summary>
    public static string Moment(DateTimeOffset at, IReadOnlyList<DateTimeOffset> among) =>
        at.UtcDateTime.ToString(among.Zip(among.Skip(1), (one, next) => (next - one).Duration()).Any(gap => gap < TimeSpan.FromMinutes(1)) ? "d MMM HH:mm:ss" : "d MMM HH:mm", CultureInfo.InvariantCulture);

    public static string Milliseconds(double? milliseconds) => milliseconds switch
    {
        null => "–",
        > -0.05 and < 0 => "0.0 ms",
        > -10 and < 10 => $"{milliseconds.Value.ToString("0.0", CultureInfo.InvariantCulture)} ms",
        < 1000 => $"{milliseconds.Value.ToString("0", CultureInfo.InvariantCulture)} ms",
        _ => Span(TimeSpan.FromMilliseconds(milliseconds.Value)),
    };

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => $"{span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms",
        { TotalSeconds: < 60 } => $"{span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min {span.Seconds} s",
        { TotalDays: < 1 } => $"{(int)span.TotalHours} h {span.Minutes} min",
        _ => $"{(int)span.TotalDays} d {span.Hours} h",
    };

    /// <summary>The same words as the script that keeps them fresh in the page.</summary>
    public static string Ago(TimeSpan past) => past switch
    {
        { TotalSeconds: < 10 and > -10 } => "just now",
        { TotalSeconds: < 0 } => "in " + Whole(-past),
        { TotalDays: >= 1 and < 2 } => "yesterday",
        _ => Whole(past) + " ago",
    };

    /// <summary>In the largest unit that it fills: 1 minute, 6 hours.</summary>
    public static string Whole(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} seconds",
        { TotalMinutes: < 2 } => "1 minute",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} minutes",
        { TotalHours: < 2 } => "1 hour",
        { TotalDays: < 1 } => $"{(int)span.TotalHours} hours",
        { TotalDays: < 2 } => "1 day",
        { TotalDays: < 30 } => $"{(int)span.TotalDays} days",
        { TotalDays: < 60 } => "1 month",
        { TotalDays: < 365 } => $"{(int)(span.TotalDays / 30)} months",
        { TotalDays: < 730 } => "1 year",
        _ => $"{(int)(span.TotalDays / 365)} years",
    };
}
