using Ours = ModelHub.Domain.Shadows;
using Wire = ModelHub.Protocol;

namespace ModelHub.Api.Shadows;

/// <summary>What a router tells, in the domain's words.</summary>
internal static class ReadComparison
{
    public static Ours.Comparison Of(Wire.Comparison found) => new(
        Of(found.Pairs),
        new(Of(found.Latency.Primary), Of(found.Latency.Candidate), Of(found.Latency.Slower), Of(found.Latency.Faster)),
        [.. found.Outputs.Select(Of)],
        [.. found.Segments.Select(s => new Ours.SegmentComparison(s.Value, s.Rows, s.DifferentRows, s.Flips))]);

    private static Ours.PairCounts Of(Wire.PairCounts p) =>
        new(p.Compared, p.CandidateFailed, p.PrimaryFailed, p.BothFailed, p.Unreadable, p.Dropped, p.Rows, p.DifferentRows);

    private static Ours.OutputComparison Of(Wire.OutputComparison o) => new(
        o.Name, o.Values, o.Equal, o.Different, o.Unlike, o.NotANumber, o.MaxDifference, Of(o.Absolute), Of(o.Relative), o.Classified, o.Flips,
        [.. o.Classes.Select(c => new Ours.ClassPair(c.Primary, c.Candidate, c.Count))],
        [.. o.Sample.Select(s => new Ours.SampledPair(s.Priority, s.Primary, s.Candidate))],
        [.. o.Worst.Select(w => new Ours.DifferentAnswer(w.Size, w.Row, w.Primary, w.Candidate, w.Segment, w.Request, w.PrimaryAnswer, w.CandidateAnswer, w.At))]);

    private static Ours.Histogram Of(Wire.LatencySketch sketch) => new(sketch.Offset, sketch.Counts);

    private static Ours.Histogram Of(Wire.Histogram histogram) => new(histogram.Offset, histogram.Counts);
}
