using System.Globalization;
using System.Text;

namespace ModelHub.Hosting;

/// <summary>Durations counted in fixed buckets, as Prometheus wants them; adding takes no lock and allocates nothing.</summary>
/// <param name="bounds">upper ends in seconds, rising</param>
public sealed class DurationHistogram(double[] bounds)
{
    private readonly long[] counts = new long[bounds.Length + 1];
    private long ticks;

    public void Add(TimeSpan took)
    {
        Interlocked.Increment(ref counts[BucketOf(bounds, took)]);
        Interlocked.Add(ref ticks, took.Ticks);
    }

    /// <summary>What was counted elsewhere, in buckets of these bounds.</summary>
    /// <param name="all">how long all of it took together</param>
    public static DurationHistogram Of(double[] bounds, IEnumerable<long> counts, TimeSpan all)
    {
        var histogram = new DurationHistogram(bounds) { ticks = all.Ticks };
        counts.ToArray().CopyTo(histogram.counts, 0);
        return histogram;
    }

    /// <returns>index of the bucket that a duration belongs to; that above all bounds is the last</returns>
    public static int BucketOf(double[] bounds, TimeSpan took)
    {
        var seconds = took.TotalSeconds;
        var bucket = 0;
        while (bucket < bounds.Length && seconds > bounds[bucket])
            bucket++;
        return bucket;
    }

    /// <summary>Writes the series of one set of labels: one for each bucket, and two.</summary>
    /// <param name="labels">such as <c>kind="train"</c>, without braces</param>
    public void Write(StringBuilder text, string name, string labels)
    {
        var sum = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            sum += Volatile.Read(ref counts[i]);
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{(i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf")}\"}} {sum}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {TimeSpan.FromTicks(Volatile.Read(ref ticks)).TotalSeconds:R}\n");
        text.Append(CultureInfo.InvariantCulture, $"{name}_count{{{labels}}} {sum}\n");
    }
}
