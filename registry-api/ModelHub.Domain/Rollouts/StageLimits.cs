using System.Globalization;
using System.Text.Json.Serialization;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Rollouts;

/// <summary>What a candidate must keep to. Null: not looked at.</summary>
/// <param name="MaxErrorRate">Share of requests that it fails, 0 to 1; a caller's own fault is none.</param>
/// <param name="MaxErrorRateOverPrimary">By how much that share may exceed the primary's at the same time.</param>
/// <param name="MaxP50Ms">Median latency in milliseconds.</param>
/// <param name="MaxP99Ms">Latency of the slowest hundredth in milliseconds.</param>
/// <param name="MaxP50Ratio">Its median in terms of the primary's at the same time; 1.5 allows half as long again.</param>
/// <param name="MaxP99Ratio">The same of the slowest hundredth.</param>
/// <param name="MaxPredictionShift">How far its predictions may lie from the primary's in the same windows, as a population stability index.</param>
/// <param name="MinAgreement">Share of rows in which it says what the primary says to the same request, 0 to 1.</param>
/// <param name="MinQuality">Of what it answered and is labelled: the share of rows it took for what they were, or R² when labels are numbers.</param>
/// <param name="MaxQualityDrop">By how much that may lie below the primary's at the same time.</param>
public sealed record StageLimits(
    double? MaxErrorRate = null,
    double? MaxErrorRateOverPrimary = null,
    double? MaxP50Ms = null,
    double? MaxP99Ms = null,
    double? MaxP50Ratio = null,
    double? MaxP99Ratio = null,
    double? MaxPredictionShift = null,
    double? MinAgreement = null,
    double? MinQuality = null,
    double? MaxQualityDrop = null)
{
    /// <summary>What the built-in plans ask for: no more errors than the primary has, and no more than twice its time.</summary>
    public static readonly StageLimits Usual = new(MaxErrorRate: 0.05, MaxErrorRateOverPrimary: 0.01, MaxP50Ratio: 2, MaxP99Ratio: 2);

    private static readonly string[] Compared = ["maxErrorRateOverPrimary", "maxP50Ratio", "maxP99Ratio", "maxPredictionShift", "minAgreement", "maxQualityDrop"];

    [JsonIgnore]
    public bool IsEmpty => All.All(limit => limit.Value is null);

    /// <summary>Whether labels are needed.</summary>
    [JsonIgnore]
    public bool AskForQuality => MinQuality is not null || MaxQualityDrop is not null;

    /// <summary>Limits that need a version running beside it at the same time.</summary>
    [JsonIgnore]
    public IEnumerable<string> Relative => All
        .Where(limit => limit.Value is not null && Compared.Contains(limit.Name))
        .Select(limit => limit.Name);

    private (string Name, double? Value, double Least, double Most)[] All =>
    [
        ("maxErrorRate", MaxErrorRate, 0, 1),
        ("maxErrorRateOverPrimary", MaxErrorRateOverPrimary, 0, 1),
        ("maxP50Ms", MaxP50Ms, 0.001, 60_000),
        ("maxP99Ms", MaxP99Ms, 0.001, 60_000),
        ("maxP50Ratio", MaxP50Ratio, 1, 1_000),
        ("maxP99Ratio", MaxP99Ratio, 1, 1_000),
        ("maxPredictionShift", MaxPredictionShift, 0.01, 100),
        ("minAgreement", MinAgreement, 0, 1),
        ("minQuality", MinQuality, -1e12, 1),
        ("maxQualityDrop", MaxQualityDrop, 0, 1e12),
    ];

    public Refusal? Check(string field) =>
        All.Where(limit => limit.Value is { } value && !(value >= limit.Least && value <= limit.Most))
            .Select(limit => (Refusal)new InvalidInput($"{field}.{limit.Name}", string.Create(CultureInfo.InvariantCulture, $"{limit.Least} to {limit.Most}")))
            .FirstOrDefault();
}
