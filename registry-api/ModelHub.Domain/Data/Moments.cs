using System.Globalization;

namespace ModelHub.Domain.Data;

/// <summary>Days and moments as people write them in rules: <c>2026-01-31</c> or <c>2026-01-31T18:30:00</c>, in the time of the data.</summary>
public static class Moments
{
    public const string Form = "a day such as 2026-01-31 or a moment such as 2026-01-31T18:30:00";

    private const string Day = "yyyy-MM-dd";
    private static readonly string[] Forms = [Day, "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm:ss"];

    /// <summary>Null when it is neither.</summary>
    public static DateTime? Read(string text) =>
        DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment : null;

    public static bool IsDay(string text) => text.Length == Day.Length;
}
