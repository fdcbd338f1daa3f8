using ModelHub.Domain.Shadows;

namespace ModelHub.Api.Shadows;

/// <summary>Milliseconds, of the same requests; null without any.</summary>
/// <param name="P50SlowerMs">The median of what the candidate took longer, where it did.</param>
/// <param name="Slower">Requests for which the candidate took longer.</param>
internal sealed record ShadowLatency(
    double? PrimaryP50Ms, double? PrimaryP99Ms, double? CandidateP50Ms, double? CandidateP99Ms, double? P99Ratio,
    long Slower, double? P50SlowerMs, double? P99SlowerMs, long Faster, double? P50FasterMs);

/// <param name="UpTo">Differences of more than the bin before and at most this.</param>
internal sealed record DifferenceBin(double UpTo, long Count);

/// <summary>One output of both versions.</summary>
/// <param name="Values">Values that both gave.</param>
/// <param name="Different">Of these: beyond the tolerance, or not equal where they are no numbers with a fraction.</param>
/// <param name="Unlike">Requests in whose answers it has another shape or type, or is missing on one side.</param>
/// <param name="NotANumber">Values of which one side is no number.</param>
/// <param name="P50Difference">Of values that are not equal: the median of |a − b|, to 5 %.</param>
/// <param name="P99RelativeDifference">Of these: the 99th percentile of |a − b| / max(|a|, |b|), to 5 %.</param>
/// <param name="Differences">|a − b| by powers of ten, to 5 % at their bounds; the first bin holds what is equal.</param>
/// <param name="Classified">Rows of which both sides told a class.</param>
/// <param name="Classes">The matrix of classes; empty for an output without any.</param>
/// <param name="RankCorrelation">Spearman's, of a fair sample of scores; null for an output without a score.</param>
/// <param name="Worst">The largest differences; empty for those who do not operate the endpoint.</param>
internal sealed record ShadowOutput(
    string Name, long Values, long Equal, long Different, double? DifferenceRate, long Unlike, long NotANumber, double MaxDifference, double? P50Difference,
    double? P99Difference, double? P99RelativeDifference, IReadOnlyList<DifferenceBin> Differences, long Classified, long Flips, double? FlipRate,
    IReadOnlyList<ClassPair> Classes, double? RankCorrelation, int Sampled, IReadOnlyList<DifferentAnswer> Worst)
{
    public static ShadowOutput Of(OutputComparison o, bool showsExamples) => new(
        o.Name, o.Values, o.Equal, o.Different, ShadowReport.Rate(o.Different, o.Values), o.Unlike, o.NotANumber, o.MaxDifference,
        o.Absolute.Quantile(LogScale.Difference, 0.5), o.Absolute.Quantile(LogScale.Difference, 0.99), o.Relative.Quantile(LogScale.Difference, 0.99),
        Bins(o), o.Classified, o.Flips, ShadowReport.Rate(o.Flips, o.Classified), o.Classes, Domain.Shadows.RankCorrelation.Spearman(o.Sample), o.Sample.Count,
        showsExamples ? o.Worst : []);

    private static IReadOnlyList<DifferenceBin> Bins(OutputComparison o) =>
    [
        new(0, o.Equal),
        .. o.Absolute.Counts.Select((count, i) => (Power: Math.Ceiling(Math.Log10(LogScale.Difference.Middle(o.Absolute.Offset + i))), Count: count))
            .GroupBy(b => b.Power).OrderBy(g => g.Key).Select(g => new DifferenceBin(Math.Pow(10, g.Key), g.Sum(b => b.Count))).Where(b => b.Count > 0),
    ];
}

/// <summary>What a shadow test found.</summary>
/// <param name="Compared">Requests of which both answers could be compared.</param>
/// <param name="CandidateFailed">Requests that only the primary answered.</param>
/// <param name="PrimaryFailed">Requests that only the candidate answered.</param>
/// <param name="BothFailed">Requests that neither answered.</param>
/// <param name="Unreadable">Requests whose answers are in no form that is compared, or too large.</param>
/// <param name="Dropped">Copies that were not sent or not compared, so that the primary paid nothing for them.</param>
/// <param name="DifferentRows">Rows of which any output differs beyond the tolerance.</param>
/// <param name="Segments">The same by the values of the chosen input column.</param>
internal sealed record ShadowReport(
    long Compared, long CandidateFailed, long PrimaryFailed, long BothFailed, long Unreadable, long Dropped, long Rows, long DifferentRows, double? DifferenceRate,
    double? Agreement, ShadowLatency Latency, IReadOnlyList<ShadowOutput> Outputs, IReadOnlyList<SegmentComparison> Segments)
{
    public static ShadowReport Of(Comparison found, bool showsExamples)
    {
        var p = found.Pairs;
        return new(
            p.Compared, p.CandidateFailed, p.PrimaryFailed, p.BothFailed, p.Unreadable, p.Dropped, p.Rows, p.DifferentRows, Rate(p.DifferentRows, p.Rows),
            Rate(p.Rows - p.DifferentRows, p.Rows), Of(found.Latency), [.. found.Outputs.Select(o => ShadowOutput.Of(o, showsExamples))], found.Segments);
    }

    internal static double? Rate(long part, long whole) => whole == 0 ? null : (double)part / whole;

    private static ShadowLatency Of(PairedLatency l) => new(
        Ms(l.Primary, 0.5), Ms(l.Primary, 0.99), Ms(l.Candidate, 0.5), Ms(l.Candidate, 0.99), l.Ratio(0.99),
        l.Slower.Total, Ms(l.Slower, 0.5), Ms(l.Slower, 0.99), l.Faster.Total, Ms(l.Faster, 0.5));

    private static double? Ms(Histogram histogram, double p) => histogram.Quantile(LogScale.Latency, p) / 1000;
}
