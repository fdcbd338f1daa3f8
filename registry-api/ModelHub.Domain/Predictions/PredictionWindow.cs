using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Predictions;

/// <summary>What one router saw one variant say in one window, while it shared its endpoint's traffic with another. Kept for two days.</summary>
public sealed class PredictionWindow
{
    private PredictionWindow()
    {
    }

    public VariantId VariantId { get; private set; }

    public RouterId RouterId { get; private set; }

    public DateTimeOffset Start { get; private set; }

    public double Seconds { get; private set; }

    public EndpointId EndpointId { get; private set; }

    public VersionId VersionId { get; private set; }

    /// <summary>The output whose values these are.</summary>
    public string Output { get; private set; } = "";

    public Distribution Distribution { get; private set; } = Distribution.None;
}
