using System.Globalization;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Shadows;

/// <summary>Two numbers a and b are the same when |a − b| ≤ absolute + relative · max(|a|, |b|). 0.50 and 0.52 at 0.01 and 5 %: 0.02 ≤ 0.01 + 0.026, the same.</summary>
public sealed record Tolerance(double Absolute = 0.01, double Relative = 0.05)
{
    public Refusal? Check() =>
        Absolute is >= 0 and <= 1e12 && Relative is >= 0 and <= 1 ? null : new InvalidInput("tolerance", "absolute from 0 to 1e12, relative from 0 to 1");
}

/// <summary>What a candidate may not exceed. Each is judged by itself; null: it is not judged.</summary>
/// <param name="MaxDifferenceRate">Share of rows of which any output differs beyond the tolerance, from 0 to 1.</param>
/// <param name="MaxClassFlipRate">Share of rows with another class, from 0 to 1, in the output that flips most.</param>
/// <param name="MaxErrorRate">Share of the requests answered by the primary that the candidate fails, from 0 to 1.</param>
/// <param name="MaxErrorRateOverPrimary">The candidate's error rate less the primary's on the same requests, from 0 to 1.</param>
/// <param name="MaxP50Ms">The candidate's median, in milliseconds.</param>
/// <param name="MaxP99Ms">Its slowest hundredth, in milliseconds.</param>
/// <param name="MaxP50Ratio">Its median over the primary's, on the same requests.</param>
/// <param name="MaxP99Ratio">Its slowest hundredth over the primary's, on the same requests.</param>
public sealed record ShadowLimits(
    double? MaxDifferenceRate = null,
    double? MaxClassFlipRate = null,
    double? MaxErrorRate = null,
    double? MaxErrorRateOverPrimary = null,
    double? MaxP50Ms = null,
    double? MaxP99Ms = null,
    double? MaxP50Ratio = null,
    double? MaxP99Ratio = null)
{
    /// <summary>When nobody says otherwise: one row in ten may differ, and one request in a hundred may fail that the primary answers.</summary>
    public static readonly ShadowLimits Default = new(MaxDifferenceRate: 0.1, MaxErrorRateOverPrimary: 0.01);

    private (string Name, double? Value, double Least, double Most)[] All =>
    [
        ("maxDifferenceRate", MaxDifferenceRate, 0, 1),
        ("maxClassFlipRate", MaxClassFlipRate, 0, 1),
        ("maxErrorRate", MaxErrorRate, 0, 1),
        ("maxErrorRateOverPrimary", MaxErrorRateOverPrimary, 0, 1),
        ("maxP50Ms", MaxP50Ms, 0.001, 60_000),
        ("maxP99Ms", MaxP99Ms, 0.001, 60_000),
        ("maxP50Ratio", MaxP50Ratio, 0.01, 1_000),
        ("maxP99Ratio", MaxP99Ratio, 0.01, 1_000),
    ];

    public Refusal? Check()
    {
        if (All.All(limit => limit.Value is null))
            return new InvalidInput("limits", "at least one");
        return All.Where(limit => limit.Value is { } value && !(value >= limit.Least && value <= limit.Most))
            .Select(limit => (Refusal)new InvalidInput($"limits.{limit.Name}", string.Create(CultureInfo.InvariantCulture, $"{limit.Least} to {limit.Most}")))
            .FirstOrDefault();
    }
}

/// <summary>How a shadow test is run and what it is judged by.</summary>
/// <param name="Percent">Share of the endpoint's requests that the candidate gets a copy of.</param>
/// <param name="MinimumSamples">Requests whose two answers were compared; it is judged when they are there, and never passes with fewer.</param>
/// <param name="MaximumTime">From the moment it runs; whatever is missing then is missing for good.</param>
/// <param name="Segment">A column of the input by whose values the differences are counted; null: none.</param>
/// <param name="Redacted">Names of fields, of requests and of answers, whose values are not kept in examples; <c>*</c>: all.</param>
/// <param name="Accompanies">It compares for as long as the canary stage lasts that it belongs to; that stage is judged by what it finds.</param>
public sealed record ShadowOptions(
    double Percent,
    int MinimumSamples,
    TimeSpan MaximumTime,
    Tolerance Tolerance,
    ShadowLimits Limits,
    string? Segment,
    IReadOnlyList<string> Redacted,
    bool Accompanies = false)
{
    public const double DefaultPercent = 100;
    public const int DefaultSamples = 200;
    public const int MostSamples = 10_000_000;
    public const int MostRedacted = 50;
    public static readonly TimeSpan DefaultTime = TimeSpan.FromHours(1);
    public static readonly TimeSpan ShortestTime = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(30);

    public static readonly ShadowOptions Default = new(DefaultPercent, DefaultSamples, DefaultTime, new Tolerance(), ShadowLimits.Default, null, []);

    public Refusal? Check()
    {
        if (Percent is not (> 0 and <= 100))
            return new InvalidInput("percent", "more than 0, at most 100");
        if (MinimumSamples is < 1 or > MostSamples)
            return new InvalidInput("minimumSamples", $"1 to {MostSamples}");
        if (MaximumTime < ShortestTime || MaximumTime > LongestTime)
            return new InvalidInput("maximumTime", $"{ShortestTime.TotalSeconds} seconds to {LongestTime.TotalDays} days");
        if (Segment is not null && !IsName(Segment))
            return new InvalidInput("segment", $"1 to {Basics.Limits.Name} characters");
        if (Redacted.Count > MostRedacted || !Redacted.All(IsName))
            return new InvalidInput("redacted", $"at most {MostRedacted} names of 1 to {Basics.Limits.Name} characters");
        return Tolerance.Check() ?? Limits.Check();
    }

    private static bool IsName(string name) => name.Length is > 0 and <= Basics.Limits.Name && !name.Any(char.IsControl);
}
