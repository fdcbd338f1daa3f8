using ModelHub.Domain.Experiments;

namespace ModelHub.Benchmarks.Experiments;

/// <summary>An arm to which values come one by one (Welford, Technometrics 4, 1962).</summary>
internal sealed class RunningArm(int arm)
{
    private long count;
    private double mean;
    private double squares;

    public ArmTotals Totals => new(arm, count, count, count > 0 ? mean : null, count > 1 ? squares / (count - 1) : null);

    public void Add(double value)
    {
        count++;
        var off = value - mean;
        mean += off / count;
        squares += off * (value - mean);
    }
}
