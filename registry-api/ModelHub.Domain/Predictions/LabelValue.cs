using System.Globalization;

namespace ModelHub.Domain.Predictions;

/// <summary>
/// What a label or a predicted class is, as a text: names as they are, truth values <c>true</c> and <c>false</c>, numbers in their shortest
/// form, so that 1, 1.0 and 1e0 are the same.
/// </summary>
public static class LabelValue
{
    public static string Of(bool value) => value ? "true" : "false";

    public static string Of(double value) => (value == 0 ? 0 : value).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>From a file, where everything is a text.</summary>
    public static string Of(string text) => Number(text) is { } number ? Of(number) : text is "True" or "TRUE" ? "true" : text is "False" or "FALSE" ? "false" : text;

    /// <summary>Null for what is no finite number.</summary>
    public static double? Number(string value) =>
        double.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}
