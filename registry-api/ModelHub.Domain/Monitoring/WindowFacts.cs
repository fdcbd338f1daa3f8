using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Monitoring;

/// <summary>Everything that one window of one variant is judged by.</summary>
/// <param name="Training">Bins, and the training data in them.</param>
/// <param name="Chosen">The traffic of the chosen time; null: the training data are the baseline.</param>
/// <param name="PredictionBaseline">What was predicted in the time that predictions are held against; null when it is not over.</param>
/// <param name="Sketch">All traffic of the window.</param>
public sealed record WindowFacts(
    EndpointId Endpoint, VariantId Variant, VersionId Version, DateTimeOffset From, DateTimeOffset To, MonitoringPolicy Policy,
    Baseline Training, TrafficSketch? Chosen, TrafficSketch? PredictionBaseline, TrafficSketch Sketch, TrafficSum Traffic)
{
    /// <summary>What labels that came in the window say; empty without labels.</summary>
    public IReadOnlyList<SegmentQuality> Quality { get; init; } = [];

    /// <summary>How the predictions came out whose labels came in the window.</summary>
    public Outcomes Outcomes { get; init; } = Outcomes.None;

    /// <summary>How those came out that they are held against; null when there are not enough.</summary>
    public Outcomes? OutcomeReference { get; init; }

    /// <summary>How the last ones came out of which labels are known, up to the end of the window.</summary>
    public Outcomes KnownOutcomes { get; init; } = Outcomes.None;

    /// <summary>An empty value of this window, to be filled in.</summary>
    internal MonitorValue Value(string measure, long samples, string? column = null) => new()
    {
        EndpointId = Endpoint,
        VariantId = Variant,
        VersionId = Version,
        Measure = measure,
        Column = column,
        WindowFrom = From,
        WindowTo = To,
        Samples = samples,
        Threshold = Policy.LimitOf(measure) is { } limit ? limit.Above ?? limit.Below : null,
    };

    /// <summary>
    /// A value that nothing is known of but itself. It is a breach when it is beyond its limit, and too few samples make it inconclusive.
    /// </summary>
    internal MonitorValue Plain(string measure, double? value, long samples, string? column = null)
    {
        var said = samples < Policy.MinimumSamples ? null : value;
        return Value(measure, samples, column) with { Value = said, Breached = said is { } known ? Policy.LimitOf(measure)?.IsBrokenBy(known) : null };
    }
}
