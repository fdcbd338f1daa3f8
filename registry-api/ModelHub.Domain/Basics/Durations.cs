using System.Globalization;

namespace ModelHub.Domain.Basics;

/// <summary>Times as people write them: <c>500ms</c>, <c>30s</c>, <c>10m</c>, <c>1h</c>, <c>2d</c>.</summary>
public static class Durations
{
    private static readonly (string Unit, double Milliseconds)[] Units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>Null for anything else.</summary>
    public static TimeSpan? Read(string text)
    {
        foreach (var (unit, milliseconds) in Units)
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * milliseconds < TimeSpan.MaxValue.TotalMilliseconds / 2)
                return TimeSpan.FromMilliseconds(number * milliseconds);
        return null;
    }

    /// <summary>In the largest unit that needs no fraction: 90 s → <c>90s</c>, 120 s → <c>2m</c>.</summary>
    public static string Write(TimeSpan time)
    {
        var (unit, milliseconds) = Units.Last(u => u.Milliseconds == 1 || (time > TimeSpan.Zero && time.TotalMilliseconds % u.Milliseconds == 0));
        return (time.TotalMilliseconds / milliseconds).ToString("0.###", CultureInfo.InvariantCulture) + (time == TimeSpan.Zero ? "s" : unit);
    }
}
