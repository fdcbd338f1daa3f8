using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Monitoring;

/// <summary>What a measure may be at most, or must be at least.</summary>
/// <param name="Measure">Such as <c>drift.psi</c>.</param>
/// <param name="Above">The highest value that is no breach; null: any.</param>
/// <param name="Below">The lowest value that is no breach; null: any.</param>
public sealed record MeasureLimit(string Measure, double? Above = null, double? Below = null)
{
    public Refusal? Check(string field)
    {
        if (!Measures.All.Contains(Measure))
            return new InvalidInput($"{field}.measure", $"one of {string.Join(", ", Measures.All)}");
        if (Above is null && Below is null)
            return new InvalidInput($"{field}.above", "a limit above, below, or both");
        return Above is { } above && !double.IsFinite(above) ? new InvalidInput($"{field}.above", "a finite number")
            : Below is { } below && !double.IsFinite(below) ? new InvalidInput($"{field}.below", "a finite number")
            : Above < Below ? new InvalidInput($"{field}.below", "no more than above")
            : null;
    }

    public bool IsBrokenBy(double value) => value > Above || value < Below;
}
