using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Monitoring;

/// <summary>
/// One judged figure of one window of one variant: what a monitor found. Written once, by the loop that judges windows; alerts are judged
/// on these rows and on nothing else.
/// </summary>
public sealed record MonitorValue
{
    public required EndpointId EndpointId { get; init; }

    public required VariantId VariantId { get; init; }

    public required VersionId VersionId { get; init; }

    /// <summary>What was measured, such as <c>drift.psi</c>: one of <see cref="Measures"/>.</summary>
    public required string Measure { get; init; }

    /// <summary>The input column or output it is about; null: the whole variant.</summary>
    public string? Column { get; init; }

    /// <summary>The value of the chosen input column whose rows alone were looked at; null: all rows.</summary>
    public string? Segment { get; init; }

    /// <summary>Begin of the window.</summary>
    public required DateTimeOffset WindowFrom { get; init; }

    /// <summary>End of the window, which does not belong to it.</summary>
    public required DateTimeOffset WindowTo { get; init; }

    /// <summary>Null: inconclusive, as with too few samples; never "nothing found".</summary>
    public double? Value { get; init; }

    /// <summary>Rows, or requests, that the value comes from.</summary>
    public required long Samples { get; init; }

    /// <summary>The chance of such a value without drift, corrected for the number of columns tested; null where there is no test.</summary>
    public double? PValue { get; init; }

    /// <summary>What the value exceeds by chance alone in one case of a thousand, or how far it may be off; null where nothing is known of it.</summary>
    public double? Bound { get; init; }

    /// <summary>The limit it was held against; null: it was only noted.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether it is beyond the limit and by more than chance; null: not judged, or inconclusive.</summary>
    public bool? Breached { get; init; }

    /// <summary>Not observed but estimated, as quality before labels have come.</summary>
    public bool Estimated { get; init; }
}
