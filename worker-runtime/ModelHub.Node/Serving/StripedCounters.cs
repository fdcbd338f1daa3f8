using System.Numerics;

namespace ModelHub.Node.Serving;

/// <summary>
/// Counters in stripes, of which each thread mostly has one to itself: where two processors count in the same place, each waits
/// for the other's memory. Counting takes no lock and allocates nothing.
/// </summary>
internal sealed class StripedCounters
{
    // Longs in front of the counters of a stripe, and behind them: two lines of memory, which processors fetch in pairs.
    private const int Apart = 16;

    // Twice the processors, so that few threads that run at once meet.
    private static readonly int Count = (int)BitOperations.RoundUpToPowerOf2(2 * (uint)Math.Min(Environment.ProcessorCount, 64));
    private readonly long[][] stripes;

    public StripedCounters(int counters) =>
        stripes = [.. Enumerable.Range(0, Count).Select(_ => new long[Apart + counters + Apart])];

    /// <summary>Those of this thread, to be added to.</summary>
    public Stripe Mine => new(stripes[Environment.CurrentManagedThreadId & (Count - 1)]);

    /// <summary>The sum over all threads; two sums may be a few counts apart.</summary>
    public long this[int counter]
    {
        get
        {
            var sum = 0L;
            foreach (var stripe in stripes)
                sum += Volatile.Read(ref stripe[Apart + counter]);
            return sum;
        }
    }

    public readonly struct Stripe(long[] cells)
    {
        public void Add(int counter, long count) => Interlocked.Add(ref cells[Apart + counter], count);
    }
}
