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
    private long succeeded, succeededTicks, failed, failedTicks, inputTicks, modelTicks, outputTicks, rows, hits, hitTicks, misses, missTicks;

    /// <summary>From the moment a request was let in to its answer, of all requests.</summary>
    public DurationHistogram Durations { get; } = new([0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);

    public Total Succeeded => Total.Of(Volatile.Read(ref succeeded), Volatile.Read(ref succeededTicks));

    public Total Failed => Total.Of(Volatile.Read(ref failed), Volatile.Read(ref failedTicks));

    /// <summary>Reading requests into tensors.</summary>
    public Total Input => Total.Of(Volatile.Read(ref succeeded), Volatile.Read(ref inputTicks));

    /// <summary>Waiting for a turn and running, of requests that no kept answer was there for.</summary>
    public Total Model => Total.Of(Volatile.Read(ref succeeded) - Volatile.Read(ref hits), Volatile.Read(ref modelTicks));

    /// <summary>Writing tensors into answers.</summary>
    public Total Output => Total.Of(Volatile.Read(ref succeeded), Volatile.Read(ref outputTicks));

    /// <summary>Finding a kept answer.</summary>
    public Total CacheHits => Total.Of(Volatile.Read(ref hits), Volatile.Read(ref hitTicks));

    /// <summary>Looking for one in vain.</summary>
    public Total CacheMisses => Total.Of(Volatile.Read(ref misses), Volatile.Read(ref missTicks));

    /// <summary>Rows answered; a request without a first dimension counts one.</summary>
    public long Inferences => Volatile.Read(ref rows);

    /// <param name="came">when the request was let in</param>
    /// <param name="read">when its tensors were there</param>
    /// <param name="ran">when its outputs were there</param>
    /// <param name="rowsAnswered">of its first input</param>
    public void Answered(long came, long read, long ran, long rowsAnswered)
    {
        var done = Stopwatch.GetTimestamp();
        Interlocked.Add(ref succeededTicks, done - came);
        Interlocked.Add(ref inputTicks, read - came);
        Interlocked.Add(ref modelTicks, ran - read);
        Interlocked.Add(ref outputTicks, done - ran);
        Interlocked.Add(ref rows, rowsAnswered);
        Interlocked.Increment(ref succeeded);
        Durations.Add(Stopwatch.GetElapsedTime(came, done));
    }

    public void Hit(long ticks)
    {
        Interlocked.Add(ref hitTicks, ticks);
        Interlocked.Increment(ref hits);
    }

    public void Missed(long ticks)
    {
        Interlocked.Add(ref missTicks, ticks);
        Interlocked.Increment(ref misses);
    }

    /// <param name="came">when the request was let in</param>
    public void Refused(long came)
    {
        var done = Stopwatch.GetTimestamp();
        Interlocked.Add(ref failedTicks, done - came);
        Interlocked.Increment(ref failed);
        Durations.Add(Stopwatch.GetElapsedTime(came, done));
    }
}
