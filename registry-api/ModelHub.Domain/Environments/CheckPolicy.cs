using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Environments;

public sealed partial record Policy
{
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(3_660);

    /// <summary>Null, or what cannot be meant: nothing is stored that would be ignored later.</summary>
    public Refusal? Check() =>
        CheckApprovals() ?? CheckMetrics() ?? CheckOrigin() ?? CheckAges() ?? Freeze?.Check() ?? DefaultPlan?.Check("policy.defaultPlan") ?? Watch?.Check("policy.watch")
        ?? RequiredChecks.Select(c => EntityName.Parse("policy.requiredChecks", c).Refusal).FirstOrDefault(r => r is not null);

    private Refusal? CheckApprovals()
    {
        if (Approvals is < 0 or > MaxApprovals)
            return new InvalidInput("policy.approvals", $"0 to {MaxApprovals}");
        if (Approvers is not null && Approvals == 0)
            return new InvalidInput("policy.approvers", "only with at least one approval");
        return Approvers?.Check();
    }

    private Refusal? CheckMetrics()
    {
        if (MetricGates.Count > MaxRules || MetricLimits.Count > MaxRules || RequiredChecks.Count > MaxRules)
            return new InvalidInput("policy", $"at most {MaxRules} metric gates, {MaxRules} metric limits and {MaxRules} required checks");
        if (MetricGates.Any(g => g.Metric.Length is 0 or > Limits.Name || !double.IsFinite(g.Margin)))
            return new InvalidInput("policy.metricGates", "a metric name and a finite margin");
        if (MetricGates.DistinctBy(g => g.Metric).Count() != MetricGates.Count)
            return new InvalidInput("policy.metricGates", "each metric once");
        if (MetricLimits.Any(l => l.Metric.Length is 0 or > Limits.Name || !IsRange(l)))
            return new InvalidInput("policy.metricLimits", "a metric name and a finite min, max or both, min ≤ max");
        if (MetricLimits.DistinctBy(l => l.Metric).Count() != MetricLimits.Count)
            return new InvalidInput("policy.metricLimits", "each metric once");
        return RequiredChecks.Distinct().Count() == RequiredChecks.Count ? null : new InvalidInput("policy.requiredChecks", "each check once");
    }

    private Refusal? CheckOrigin() =>
        FromEnvironmentBefore && PromotionFrom is not null
            ? new InvalidInput("policy.promotionFrom", "either it or fromEnvironmentBefore")
            : null;

    private Refusal? CheckAges()
    {
        if (MaxDataAge is { } data && (data < TimeSpan.FromMinutes(1) || data > LongestAge))
            return new InvalidInput("policy.maxDataAge", "PT1M to P3660D");
        return ShadowTest is { } test && (test.MaxAge < TimeSpan.FromMinutes(1) || test.MaxAge > LongestAge)
            ? new InvalidInput("policy.shadowTest.maxAge", "PT1M to P3660D")
            : null;
    }

    private static bool IsRange(MetricLimit limit) =>
        (limit.Min is not null || limit.Max is not null)
        && double.IsFinite(limit.Min ?? 0) && double.IsFinite(limit.Max ?? 0)
        && (limit.Min ?? double.MinValue) <= (limit.Max ?? double.MaxValue);
}
