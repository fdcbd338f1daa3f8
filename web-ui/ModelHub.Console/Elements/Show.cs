using System.Globalization;

namespace ModelHub.Console.Elements;

/// <summary>How numbers, sizes and spans are written, everywhere the same.</summary>
internal static class Show
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

    public static string Milliseconds(double? milliseconds) => milliseconds switch
    {
        null => "–",
        < 10 => $"{milliseconds.Value.ToString("0.0", CultureInfo.InvariantCulture)} ms",
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

    private static string Whole(TimeSpan span) => span switch
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
