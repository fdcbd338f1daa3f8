using System.Diagnostics;
using ModelHub.Hosting;

namespace ModelHub.Node.Serving;

/// <summary>How often something happened and how long it took in all.</summary>
internal readonly record struct Total(long Count, long Nanoseconds)
{
    public static Total Of(long count, long ticks) => new(count, (long)(Math.Max(ticks, 0) * (1e9 / Stopwatch.Frequency)));
}

/// <summary>
/// What came of the requests to one version since it was loaded, in the terms of the statistics extension of V2. Moments
/// are those of <see cref="Stopwatch.GetTimestamp"/>; adding takes no lock.
/// </summary>
internal sealed class VersionStatistics
{
    private const int Successes = 0;
    private const int SuccessTicks = 1;
    private const int Failures = 2;
    private const int FailureTicks = 3;
    private const int InputTicks = 4;
    private const int ModelTicks = 5;
    private const int OutputTicks = 6;
    private const int Rows = 7;
    private const int Hits = 8;
    private const int HitTicks = 9;
    private const int Misses = 10;
    private const int MissTicks = 11;
    private const int FirstBucket = 12;
    private static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly StripedCounters counters = new(FirstBucket + Bounds.Length + 1);

    /// <summary>From the moment a request was let in to its answer, of all requests.</summary>
    public DurationHistogram Durations => DurationHistogram.Of(
        Bounds, Enumerable.Range(FirstBucket, Bounds.Length + 1).Select(bucket => counters[bucket]),
        Stopwatch.GetElapsedTime(0, counters[SuccessTicks] + counters[FailureTicks]));

    public Total Succeeded => Of(counters[Successes], SuccessTicks);

    public Total Failed => Of(counters[Failures], FailureTicks);

    /// <summary>Reading requests into tensors.</summary>
    public Total Input => Of(counters[Successes], InputTicks);

    /// <summary>Waiting for a turn and running, of requests that no kept answer was there for.</summary>
    public Total Model => Of(counters[Successes] - counters[Hits], ModelTicks);

    /// <summary>Writing tensors into answers.</summary>
    public Total Output => Of(counters[Successes], OutputTicks);

    /// <summary>Finding a kept answer.</summary>
    public Total CacheHits => Of(counters[Hits], HitTicks);

    /// <summary>Looking for one in vain.</summary>
    public Total CacheMisses => Of(counters[Misses], MissTicks);

    /// <summary>Rows answered; a request without a first dimension counts one.</summary>
    public long Inferences => counters[Rows];

    /// <param name="came">when the request was let in</param>
    /// <param name="read">when its tensors were there</param>
    /// <param name="ran">when its outputs were there</param>
    /// <param name="rowsAnswered">of its first input</param>
    public void Answered(long came, long read, long ran, long rowsAnswered)
    {
        var done = Stopwatch.GetTimestamp();
        var mine = counters.Mine;
        mine.Add(SuccessTicks, done - came);
        mine.Add(InputTicks, read - came);
        mine.Add(ModelTicks, ran - read);
        mine.Add(OutputTicks, done - ran);
        mine.Add(Rows, rowsAnswered);
        mine.Add(Successes, 1);
        mine.Add(BucketOf(came, done), 1);
    }

    public void Hit(long ticks)
    {
        var mine = counters.Mine;
        mine.Add(HitTicks, ticks);
        mine.Add(Hits, 1);
    }

    public void Missed(long ticks)
    {
        var mine = counters.Mine;
        mine.Add(MissTicks, ticks);
        mine.Add(Misses, 1);
    }

    /// <param name="came">when the request was let in</param>
    public void Refused(long came)
    {
        var done = Stopwatch.GetTimestamp();
        var mine = counters.Mine;
        mine.Add(FailureTicks, done - came);
        mine.Add(Failures, 1);
        mine.Add(BucketOf(came, done), 1);
    }

    private static int BucketOf(long came, long done) =>
        FirstBucket + DurationHistogram.BucketOf(Bounds, Stopwatch.GetElapsedTime(came, done));

    private Total Of(long count, int ticks) => Total.Of(count, counters[ticks]);
}
