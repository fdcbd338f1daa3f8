using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Environments;

public enum MetricDirection
{
    HigherIsBetter,
    LowerIsBetter,
}

/// <param name="Margin">By how much the candidate must beat the champion, in the metric's unit; 0 asks for "at least as good", a negative margin tolerates that loss.</param>
public sealed record MetricGate(string Metric, double Margin, MetricDirection Direction);

/// <summary>What an environment asks for before traffic.</summary>
/// <param name="Approvals">How many distinct people, none of them the requester.</param>
/// <param name="PromotionFrom">The environment a version must be live in first; null asks for none.</param>
public sealed record Policy(
    IReadOnlyList<MetricGate> MetricGates,
    IReadOnlyList<string> RequiredChecks,
    int Approvals,
    string? PromotionFrom = null)
{
    public const int MaxApprovals = 10;
    public const int MaxRules = 50;

    public static readonly Policy Open = new([], [], 0);

    public Refusal? Check()
    {
        if (Approvals is < 0 or > MaxApprovals)
            return new InvalidInput("policy.approvals", $"0 to {MaxApprovals}");
        if (MetricGates.Count > MaxRules || RequiredChecks.Count > MaxRules)
            return new InvalidInput("policy", $"at most {MaxRules} metric gates and {MaxRules} required checks");
        if (MetricGates.Any(g => g.Metric.Length is 0 or > Limits.Name || !double.IsFinite(g.Margin)))
            return new InvalidInput("policy.metricGates", "a metric name and a finite margin");
        if (MetricGates.DistinctBy(g => g.Metric).Count() != MetricGates.Count)
            return new InvalidInput("policy.metricGates", "each metric once");
        return RequiredChecks.Select(c => EntityName.Parse("policy.requiredChecks", c).Refusal).FirstOrDefault(r => r is not null);
    }
}
