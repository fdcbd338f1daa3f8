namespace ModelHub.Domain.Environments;

public enum MetricDirection
{
    HigherIsBetter,
    LowerIsBetter,
}

/// <param name="Margin">By how much the candidate must beat the champion, in the metric's unit; 0 asks for "at least as good", a negative margin tolerates that loss.</param>
public sealed record MetricGate(string Metric, double Margin, MetricDirection Direction);

/// <summary>Bounds of a metric whatever the champion measures, in the metric's unit, both included.</summary>
public sealed record MetricLimit(string Metric, double? Min = null, double? Max = null);

/// <summary>A passed shadow test of this version against the version that has the traffic now.</summary>
/// <param name="MaxAge">How long ago it may have ended.</param>
public sealed record ShadowTestRule(TimeSpan MaxAge);
