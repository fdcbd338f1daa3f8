using System.Numerics;

namespace ModelHub.Node.Serving;

/// <summary>
/// How long runs of a version take, by the size of their inputs in powers of two. A size not seen yet is taken for
/// proportional to the next smaller one that was: it is first run where it does no harm, and measured there.
/// </summary>
internal sealed class RunTimes
{
    private const double Unknown = 0;
    private const int Runs = 0;
    private const int Ticks = 1;

    // A thread that lost its processor for a while says little of the model; one that got slow shows within a few runs.
    private const double Outlier = 4;
    private readonly double[] microseconds = new double[64];
    private readonly StripedCounters counters = new(2);

    /// <summary>Of all runs that were seen.</summary>
    public Total Total => new(counters[Runs], counters[Ticks] * TimeSpan.NanosecondsPerTick);

    /// <returns>microseconds; infinite as long as nothing is known</returns>
    public double Expect(long inputBytes)
    {
        var size = Size(inputBytes);
        for (var known = size; known >= 0; known--)
            if (Volatile.Read(ref microseconds[known]) is var seen && seen > Unknown)
                return seen * Math.Pow(2, size - known);
        return double.PositiveInfinity;
    }

    public void Saw(long inputBytes, TimeSpan took)
    {
        var mine = counters.Mine;
        mine.Add(Runs, 1);
        mine.Add(Ticks, took.Ticks);
        // Lost updates do no harm: it is an average over about ten runs.
        ref var average = ref microseconds[Size(inputBytes)];
        var before = Volatile.Read(ref average);
        var now = Math.Max(took.TotalMicroseconds, 0.1);
        Volatile.Write(ref average, before > Unknown ? before * 0.9 + Math.Min(now, before * Outlier) * 0.1 : now);
    }

    private static int Size(long bytes) => BitOperations.Log2((ulong)Math.Max(bytes, 1));
}
