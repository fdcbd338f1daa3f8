namespace ModelHub.Protocol;

/// <summary>What became of the mirrored requests of a shadow. Dropped ones were not sent or not compared, so that the primary paid nothing for them.</summary>
public sealed record PairCounts(
    long Compared, long CandidateFailed, long PrimaryFailed, long BothFailed, long Unreadable, long Dropped, long Rows, long DifferentRows);

/// <summary>How long both took for the same requests, and by how much the candidate took longer or less.</summary>
public sealed record PairedLatency(LatencySketch Primary, LatencySketch Candidate, LatencySketch Slower, LatencySketch Faster);

/// <summary>Rows by what the primary and the candidate took them for.</summary>
public sealed record ClassPair(string Primary, string Candidate, long Count);

/// <summary>One value of both answers; those with the lowest priorities, which are random, are kept.</summary>
public sealed record SampledPair(long Priority, float Primary, float Candidate);

/// <summary>Two answers that differ by <paramref name="Size"/> in row <paramref name="Row"/>, without what is redacted.</summary>
public sealed record DifferentAnswer(
    double Size, int Row, string Primary, string Candidate, string Request, string PrimaryAnswer, string CandidateAnswer, DateTimeOffset At, string? Segment = null);

/// <summary>One output of both versions.</summary>
/// <param name="Absolute">|a - b| of numbers that are not equal, on <see cref="DifferenceScale"/></param>
/// <param name="Relative">|a - b| / max(|a|, |b|) of these, on the same scale</param>
public sealed record OutputComparison(
    string Name,
    long Values,
    long Equal,
    long Different,
    long Unlike,
    long NotANumber,
    double MaxDifference,
    Histogram Absolute,
    Histogram Relative,
    long Classified,
    long Flips,
    ClassPair[] Classes,
    SampledPair[] Sample,
    DifferentAnswer[] Worst);

/// <summary>The same counts for the rows with one value of the chosen input column.</summary>
public sealed record SegmentComparison(string Value, long Rows, long DifferentRows, long Flips);

/// <summary>
/// All that a router has found of one shadow against one primary since <paramref name="Window"/> began. Each replaces the one before, so
/// that one that is lost is made good by the next and one that comes twice changes nothing.
/// </summary>
public sealed record Comparison(
    Guid EndpointId,
    Guid VariantId,
    Guid VersionId,
    Guid PrimaryVersionId,
    Window Window,
    PairCounts Pairs,
    PairedLatency Latency,
    OutputComparison[] Outputs,
    SegmentComparison[] Segments) : UpMessage;
