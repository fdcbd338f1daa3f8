using ModelHub.Domain.Nodes;

namespace ModelHub.Domain.Rollouts;

/// <summary>What one router saw of one variant in the five seconds that begin at <see cref="At"/>. Kept only as long as scaling may look at it.</summary>
public sealed class VariantLoad
{
    public const int Seconds = 5;

    private VariantLoad()
    {
    }

    public VariantId VariantId { get; private set; }

    public RouterId RouterId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public long Requests { get; private set; }

    /// <summary>Requests in work at a time, on average: the sum of their durations over the time (Little's law, L = λ·W).</summary>
    public double Outstanding { get; private set; }

    /// <summary>Milliseconds; null without requests.</summary>
    public double? P99Ms { get; private set; }
}
