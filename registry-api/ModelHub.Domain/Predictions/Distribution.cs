using ModelHub.Domain.Shadows;

namespace ModelHub.Domain.Predictions;

public sealed record ClassCount(string Class, long Count);

/// <summary>How the values of one output are distributed: numbers by their size on <see cref="LogScale.Difference"/> on either side of zero, and classes.</summary>
/// <param name="Sampled">Values counted, also those that are no numbers; these are a class of their own.</param>
public sealed record Distribution(long Sampled, long Zeros, Histogram Positive, Histogram Negative, IReadOnlyList<ClassCount> Classes)
{
    public const int MostClasses = 100;

    public static readonly Distribution None = new(0, 0, Histogram.Empty, Histogram.Empty, []);

    /// <summary>Of finite numbers.</summary>
    public static Distribution OfNumbers(IReadOnlyCollection<double> values) =>
        new(values.Count, values.LongCount(v => v == 0), Sizes(values.Where(v => v > 0)), Sizes(values.Where(v => v < 0).Select(v => -v)), []);

    public static Distribution OfClasses(IReadOnlyCollection<string> values) =>
        new(values.Count, 0, Histogram.Empty, Histogram.Empty, [.. values.CountBy(v => v).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new ClassCount(c.Key, c.Value))]);

    private static Histogram Sizes(IEnumerable<double> sizes)
    {
        var counts = sizes.CountBy(LogScale.Difference.Bucket).ToDictionary();
        if (counts.Count == 0)
            return Histogram.Empty;
        var (first, last) = (counts.Keys.Min(), counts.Keys.Max());
        return new(first, [.. Enumerable.Range(first, last - first + 1).Select(bucket => (long)counts.GetValueOrDefault(bucket))]);
    }

    public Distribution Merge(Distribution o) => new(
        Sampled + o.Sampled, Zeros + o.Zeros, Positive.Merge(o.Positive), Negative.Merge(o.Negative),
        [.. Classes.Concat(o.Classes).GroupBy(c => c.Class, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new ClassCount(g.Key, g.Sum(c => c.Count)))]);

    /// <summary>From the lowest to the highest: the counts of what has one size, which no bin can part.</summary>
    internal IEnumerable<(int Place, long Count)> Numbers()
    {
        for (var i = Negative.Counts.Count - 1; i >= 0; i--)
            yield return (-1 - Negative.Offset - i, Negative.Counts[i]);
        yield return (0, Zeros);
        for (var i = 0; i < Positive.Counts.Count; i++)
            yield return (1 + Positive.Offset + i, Positive.Counts[i]);
    }

    /// <summary>How many of the values are finite numbers.</summary>
    internal long Numbered => Zeros + Positive.Counts.Sum() + Negative.Counts.Sum();

    /// <summary>Every value told a class, and there are few of them.</summary>
    internal bool IsOfClasses => Classes.Count is > 0 and <= MostClasses && Classes.Sum(c => c.Count) == Sampled;
}
