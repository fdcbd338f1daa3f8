using System.Text.Json.Serialization;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Shadows;

/// <summary>What became of the mirrored requests.</summary>
/// <param name="Compared">Both versions answered, and both answers could be read.</param>
/// <param name="CandidateFailed">Only the primary answered, or only its answer could be read.</param>
/// <param name="BothFailed">Neither answered, as when the caller's request was wrong.</param>
/// <param name="Unreadable">The primary's answer is in no form that is compared, or too large.</param>
/// <param name="Dropped">Copies that were not sent or not compared, so that the primary paid nothing for them.</param>
/// <param name="Rows">Rows of the compared answers.</param>
/// <param name="DifferentRows">Rows of which any output differs beyond the tolerance.</param>
public sealed record PairCounts(
    long Compared, long CandidateFailed, long PrimaryFailed, long BothFailed, long Unreadable, long Dropped, long Rows, long DifferentRows)
{
    public static readonly PairCounts None = new(0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Requests that both versions were asked.</summary>
    [JsonIgnore]
    public long Asked => Compared + CandidateFailed + PrimaryFailed + BothFailed + Unreadable;

    public PairCounts Merge(PairCounts o) => new(
        Compared + o.Compared, CandidateFailed + o.CandidateFailed, PrimaryFailed + o.PrimaryFailed, BothFailed + o.BothFailed,
        Unreadable + o.Unreadable, Dropped + o.Dropped, Rows + o.Rows, DifferentRows + o.DifferentRows);
}

/// <summary>How long both took for the same requests, in microseconds on <see cref="LogScale.Latency"/>.</summary>
/// <param name="Slower">By how much the candidate took longer, where it did.</param>
/// <param name="Faster">By how much it took less, where it did.</param>
public sealed record PairedLatency(Histogram Primary, Histogram Candidate, Histogram Slower, Histogram Faster)
{
    public static readonly PairedLatency None = new(Histogram.Empty, Histogram.Empty, Histogram.Empty, Histogram.Empty);

    /// <summary>A quantile of the candidate's over the same of the primary's; null without requests.</summary>
    public double? Ratio(double p) => Candidate.Quantile(LogScale.Latency, p) / Primary.Quantile(LogScale.Latency, p);

    public PairedLatency Merge(PairedLatency o) => new(Primary.Merge(o.Primary), Candidate.Merge(o.Candidate), Slower.Merge(o.Slower), Faster.Merge(o.Faster));
}

/// <summary>The same counts for the rows with one value of the chosen input column.</summary>
/// <param name="Flips">Rows of which any output has another class.</param>
public sealed record SegmentComparison(string Value, long Rows, long DifferentRows, long Flips)
{
    public SegmentComparison Merge(SegmentComparison o) => new(Value, Rows + o.Rows, DifferentRows + o.DifferentRows, Flips + o.Flips);
}

/// <summary>
/// What two versions answered to the same requests, as far as anybody has seen: of one router, or of several together. Merging adds
/// counts and keeps bounded samples, so that it does not matter who saw what, nor in which order it is put together.
/// </summary>
public sealed record Comparison(PairCounts Pairs, PairedLatency Latency, IReadOnlyList<OutputComparison> Outputs, IReadOnlyList<SegmentComparison> Segments)
{
    public const int MostOutputs = 32;
    public const int MostSegments = 64;

    public static readonly Comparison None = new(PairCounts.None, PairedLatency.None, [], []);

    public Comparison Merge(Comparison other) => new(
        Pairs.Merge(other.Pairs),
        Latency.Merge(other.Latency),
        [.. Outputs.Concat(other.Outputs).GroupBy(o => o.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Aggregate((a, b) => a.Merge(b)))],
        [.. Segments.Concat(other.Segments).GroupBy(s => s.Value, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Aggregate((a, b) => a.Merge(b)))]);

    /// <summary>Of what one router tells: bounds that a sound one keeps.</summary>
    public Refusal? Check()
    {
        if (Outputs.Count > MostOutputs || Segments.Count > MostSegments)
            return new InvalidInput("comparison", $"at most {MostOutputs} outputs and {MostSegments} segments");
        Histogram[] latencies = [Latency.Primary, Latency.Candidate, Latency.Slower, Latency.Faster];
        var sound = latencies.All(h => IsOn(LogScale.Latency, h)) && Outputs.All(o => IsOn(LogScale.Difference, o.Absolute) && IsOn(LogScale.Difference, o.Relative));
        return sound ? Outputs.Select(o => o.Check()).FirstOrDefault(refusal => refusal is not null) : new InvalidInput("comparison", "histograms on their scales");
    }

    private static bool IsOn(LogScale scale, Histogram histogram) =>
        histogram.Offset >= 0 && histogram.Offset <= scale.Buckets - histogram.Counts.Count && histogram.Counts.All(count => count >= 0);
}
