namespace ModelHub.Domain.Shadows;

/// <summary>
/// Buckets whose bounds grow by a factor γ = (1 + accuracy) / (1 − accuracy), so that any value is known to that accuracy and counts
/// of any number of places add up (the mapping of DDSketch, Masson et al. 2019). Bucket i holds values in (lowest · γ^(i−1), lowest · γ^i].
/// </summary>
public sealed class LogScale(double accuracy, double lowest, double highest)
{
    /// <summary>Microseconds up to a minute, to 1 %: the scale on which routers count latencies.</summary>
    public static readonly LogScale Latency = new(0.01, 1, 60e6);

    /// <summary>Differences of numbers, to 5 %: the scale on which routers count them.</summary>
    public static readonly LogScale Difference = new(0.05, 1e-12, 1e12);

    private readonly double gamma = (1 + accuracy) / (1 - accuracy);
    private readonly double logGamma = Math.Log((1 + accuracy) / (1 - accuracy));

    public int Buckets => Bucket(highest) + 1;

    public int Bucket(double value) => value <= lowest ? 0 : (int)Math.Ceiling(Math.Log(Math.Min(value, highest) / lowest) / logGamma);

    /// <summary>The largest value that falls into the bucket.</summary>
    public double UpperBound(int bucket) => lowest * Math.Pow(gamma, bucket);

    /// <summary>The point that is at most the accuracy away from both ends.</summary>
    public double Middle(int bucket) => lowest * 2 * Math.Pow(gamma, bucket) / (gamma + 1);
}
