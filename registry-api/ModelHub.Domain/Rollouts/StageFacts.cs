using System.Text.Json.Serialization;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Domain.Shadows;

namespace ModelHub.Domain.Rollouts;

/// <summary>What routers counted for one variant over some windows.</summary>
/// <param name="Errors">Requests that the variant failed; a caller's own fault is none.</param>
public sealed record TrafficSum(long Requests, long Errors, LatencyCounts Latency)
{
    public static readonly TrafficSum None = new(0, 0, LatencyCounts.None);

    [JsonIgnore]
    public double? ErrorRate => Requests > 0 ? (double)Errors / Requests : null;

    public TrafficSum Plus(TrafficSum other) => new(Requests + other.Requests, Errors + other.Errors, Latency.Plus(other.Latency));
}

/// <summary>Candidate and primary in the same windows.</summary>
/// <param name="Primary">Null: nothing answers beside it.</param>
public sealed record Compared(TrafficSum Candidate, TrafficSum? Primary);

/// <summary>What candidate and primary said in the same windows, as far as routers looked at it.</summary>
public sealed record Said(Distribution Candidate, Distribution Primary);

/// <summary>What the candidate answered to copies of requests that the primary answered.</summary>
/// <param name="Answers">Requests whose two answers were compared.</param>
/// <param name="DifferentRows">Rows of which any output differs beyond the tolerance.</param>
public sealed record Agreed(long Answers, long Rows, long DifferentRows)
{
    public static Agreed Of(Comparison found) => new(found.Pairs.Compared, found.Pairs.Rows, found.Pairs.DifferentRows);

    /// <summary>Share of rows in which it says what the primary says; null without rows.</summary>
    [JsonIgnore]
    public double? Share => Rows > 0 ? 1 - (double)DifferentRows / Rows : null;
}

/// <summary>How good the labelled answers of this stage were.</summary>
/// <param name="Primary">Null: nothing answers beside it.</param>
public sealed record StageQuality(QualityScore Candidate, QualityScore? Primary);

/// <summary>All that the verdict on a stage, or on a watch, depends on: stored with it, so that it can be judged again.</summary>
/// <param name="MinimumSamples">Of each that is compared.</param>
/// <param name="Hold">For how long windows without a gap must tell.</param>
/// <param name="Began">When the last live router dealt requests so; null until then.</param>
/// <param name="From">Begin of the windows since which none is missing.</param>
/// <param name="Until">End of the last window that every router has told; null when one has told none.</param>
/// <param name="Whole">All windows since <paramref name="From"/>.</param>
/// <param name="Recent">Those of the last <see cref="RecentTime"/>: what goes wrong late must not be hidden by what went well before.</param>
/// <param name="Missing">Why the windows are not whole, a sentence each.</param>
/// <param name="Said">Null: no limit asks for it, or nobody has looked at what they said.</param>
/// <param name="Agreed">Null: no limit asks for it, or nobody has compared answers.</param>
/// <param name="Quality">Null: no limit asks for it.</param>
/// <param name="Latest">Those of the last <see cref="LatestTimes"/>, in this order: what broke a moment ago must not wait until it outweighs half a minute.</param>
public sealed record StageFacts(
    StageLimits Limits,
    int MinimumSamples,
    TimeSpan Hold,
    DateTimeOffset? Began,
    DateTimeOffset From,
    DateTimeOffset? Until,
    Compared Whole,
    Compared Recent,
    IReadOnlyList<string> Missing,
    Said? Said = null,
    Agreed? Agreed = null,
    StageQuality? Quality = null,
    IReadOnlyList<Compared>? Latest = null)
{
    public static readonly TimeSpan RecentTime = TimeSpan.FromSeconds(30);

    /// <summary>Each about three times the one before, so that one of them fits whatever time a breach has lasted. Of the first only the newest window of each router counts.</summary>
    public static readonly IReadOnlyList<TimeSpan> LatestTimes = [TimeSpan.Zero, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6)];
}

/// <summary>One limit, what was seen and what follows.</summary>
/// <param name="Limit">Its name in plan documents.</param>
/// <param name="Candidate">Null: no data.</param>
/// <param name="Primary">Null: not compared, or no data.</param>
public sealed record Finding(string Limit, double Allowed, double? Candidate, double? Primary, Verdict Verdict, string Reason);

public sealed record StageVerdict(Verdict Verdict, string Reason, IReadOnlyList<Finding> Findings);
