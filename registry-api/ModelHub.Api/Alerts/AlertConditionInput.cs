using ModelHub.Domain.Alerts;

namespace ModelHub.Api.Alerts;

/// <param name="Measure">Such as errors.share, latency.p99_ms, drift.psi or quality.accuracy.</param>
/// <param name="Column">Left out: the figure of the whole; * stands for every column, as one alert.</param>
/// <param name="Segment">Left out: all traffic; * stands for every segment.</param>
/// <param name="Comparison">ABOVE when left out.</param>
/// <param name="Limit">Left out: the one that the monitor judged the figure by.</param>
/// <param name="ResolveLimit">What a firing figure has to come back to; left out: 5 % inside the limit.</param>
/// <param name="Significance">Highest p-value, corrected for the number of tests, that counts; left out: it is not asked.</param>
/// <param name="Aggregate">How the figures of the window become one; MEAN, weighted by samples, when left out.</param>
/// <param name="MinimumSamples">With fewer a figure says nothing; 1 when left out.</param>
/// <param name="Window">5 minutes when left out.</param>
/// <param name="For">How long it has to be bad without a break; nothing when left out.</param>
/// <param name="KeepFiring">How long it has to be good again; nothing when left out.</param>
/// <param name="AbsentFor">Fires too when no figure came for so long; left out: it does not.</param>
internal sealed record AlertConditionInput(
    string Measure, string? Column, string? Segment, AlertComparison? Comparison, double? Limit, double? ResolveLimit, double? Significance, AlertAggregate? Aggregate,
    long? MinimumSamples, TimeSpan? Window, TimeSpan? For, TimeSpan? KeepFiring, TimeSpan? AbsentFor)
{
    public AlertCondition ToCondition()
    {
        var usual = AlertCondition.Default;
        return new(
            Measure, Column, Segment, Comparison ?? usual.Comparison, Limit, ResolveLimit, Significance, Aggregate ?? usual.Aggregate,
            MinimumSamples ?? usual.MinimumSamples, Window ?? usual.Window, For ?? usual.For, KeepFiring ?? usual.KeepFiring, AbsentFor);
    }
}
