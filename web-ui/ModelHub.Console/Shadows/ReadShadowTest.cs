using ModelHub.Console.Access;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Shadows;

internal static class ReadShadowTest
{
    public static readonly Operation<ReadShadowTestVariables, ReadShadowTestData> Operation = new(
        "ReadShadowTest",
        Documents.ReadShadowTest,
        GraphJson.Default.GraphRequestReadShadowTestVariables,
        GraphJson.Default.GraphResponseReadShadowTestData);
}

internal sealed record ReadShadowTestVariables(string Id);

public sealed record ReadShadowTestData(ShadowTestDetail? ShadowTest, Me Me);

public sealed record ShadowTestDetail(
    string Id, string State, string? Verdict, string? Reason, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? RunningSince, DateTimeOffset? EndedAt,
    VersionRef Version, VersionNumber Against, ShadowPlace Endpoint, ShadowOptions Options, IReadOnlyList<ShadowFinding> Findings, ShadowReport Report);

public sealed record ShadowOptions(double Percent, int MinimumSamples, string? Segment);

public sealed record ShadowFinding(string Name, double? Limit, double? Value, long Samples, string Verdict, string Reason);

public sealed record ShadowReport(
    long Compared, long CandidateFailed, long PrimaryFailed, long BothFailed, long Unreadable, long Dropped, long Rows, long DifferentRows, double? DifferenceRate,
    ShadowLatency Latency, IReadOnlyList<ShadowOutput> Outputs, IReadOnlyList<ShadowSegment> Segments);

public sealed record ShadowLatency(double? PrimaryP50Ms, double? PrimaryP99Ms, double? CandidateP50Ms, double? CandidateP99Ms, long Slower, long Faster);

public sealed record ShadowOutput(
    string Name, long Values, long Different, double MaxDifference, long Unlike, IReadOnlyList<DifferenceBin> Differences, long Classified, long Flips,
    IReadOnlyList<ClassPair> Classes, double? RankCorrelation, IReadOnlyList<DifferentAnswer> Worst);

public sealed record DifferenceBin(double UpTo, long Count);

public sealed record ClassPair(string Primary, string Candidate, long Count);

public sealed record DifferentAnswer(double Size, int Row, string Primary, string Candidate, string? Segment, string Request);

public sealed record ShadowSegment(string Value, long Rows, long DifferentRows, long Flips);
