using ModelHub.Domain.Experiments;

namespace ModelHub.Tests.Domain.Experiments;

/// <summary>Mean and variance as values come (Welford, Technometrics 4, 1962).</summary>
internal struct Moments
{
    private double mean;
    private double squares;

    public long Count { get; private set; }

    public void Add(double value)
    {
        Count++;
        var off = value - mean;
        mean += off / Count;
        squares += off * (value - mean);
    }

    public readonly ArmTotals Totals(int arm) => new(arm, Count, Count, Count > 0 ? mean : null, Count > 1 ? squares / (Count - 1) : null);
}
