using System.Globalization;

namespace ModelHub.Domain.Data;

/// <summary>
/// What values a field took in the data a version was made from: what a request is judged by, and a few values to try the
/// version with. Data without a profile tells nothing.
/// </summary>
/// <param name="Min">Null when it holds no numbers.</param>
/// <param name="Numbers">From all over its range.</param>
/// <param name="Texts">The most frequent first.</param>
/// <param name="AreAll">It had no other texts.</param>
public sealed record SeenField(string Name, double? Min, double? Max, IReadOnlyList<double> Numbers, IReadOnlyList<string> Texts, bool AreAll)
{
    /// <summary>Its values in some rows of the data, the same rows for every field; empty when none were kept.</summary>
    public IReadOnlyList<string?> Sample { get; init; } = [];

    /// <summary>Of data with more columns nothing is told: it would not fit into what nodes are sent.</summary>
    public const int MostFields = 1_000;

    private const int MostNumbers = 16;
    private const int MostTexts = 20;

    // The profile cuts longer ones, and a cut text is none that was seen.
    private const int MostText = 199;

    /// <summary>All that was seen in any of the data.</summary>
    public static IReadOnlyList<SeenField> Of(IReadOnlyList<Profile> profiles)
    {
        var columns = profiles.SelectMany(p => p.Columns).GroupBy(c => c.Name, StringComparer.Ordinal).ToList();
        // Rows of one data version: of several, fields would come from rows that have nothing to do with one another.
        var sample = profiles.Where(p => p.Sample is { Rows.Count: > 0 }).MaxBy(p => p.RowCount)?.Sample;
        return columns.Count > MostFields ? [] : [.. columns.Select(c => Of(c.Key, [.. c])).OfType<SeenField>().Select(field => field with { Sample = SampleOf(field.Name, sample) })];
    }

    private static IReadOnlyList<string?> SampleOf(string name, RowSample? sample)
    {
        var at = sample?.Columns.ToList().IndexOf(name) ?? -1;
        return at < 0 ? [] : [.. sample!.Rows.Select(row => row[at])];
    }

    private static SeenField? Of(string name, List<ColumnProfile> columns)
    {
        var isNumeric = columns.TrueForAll(c => c.Quantiles.Count > 0);
        if (!isNumeric && columns.Exists(c => c.Type is not ("text" or "boolean")))
            return null;
        return isNumeric ? Numeric(name, columns) : Text(name, columns);
    }

    private static SeenField? Numeric(string name, List<ColumnProfile> columns)
    {
        var (least, most) = (columns.ConvertAll(c => Number(c.Min)), columns.ConvertAll(c => Number(c.Max)));
        if (least.Contains(null) || most.Contains(null))
            return null;
        double[] numbers = [.. columns.SelectMany(c => c.Quantiles).Select(q => q.Value).Distinct().Order().Take(MostNumbers)];
        return new SeenField(name, least.Min(), most.Max(), numbers, [], false);
    }

    private static SeenField? Text(string name, List<ColumnProfile> columns)
    {
        string[] texts = [.. columns.SelectMany(c => c.TopValues).GroupBy(t => t.Value, StringComparer.Ordinal)
            .OrderByDescending(g => g.Sum(t => t.Count)).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key).Where(t => t.Length <= MostText).Take(MostTexts)];
        var areAll = columns.TrueForAll(c => c.Distinct == c.TopValues.Count && c.TopValues.All(t => texts.Contains(t.Value)));
        return texts.Length > 0 ? new SeenField(name, null, null, [], texts, areAll) : null;
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
