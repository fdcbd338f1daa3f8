using System.Text.Json.Serialization;

namespace ModelHub.Protocol;

/// <summary>
/// Latencies as counts in logarithmic buckets: any quantile is known to 1 % of its value, and two sketches merge by
/// adding counts (the mapping of DDSketch, Masson et al. 2019, with γ = 1.01/0.99).
/// Bucket i holds microseconds in (γ^(i-1), γ^i]. <paramref name="Counts"/>[k] belongs to bucket
/// <paramref name="Offset"/> + k.
/// </summary>
public sealed record LatencySketch(int Offset, long[] Counts)
{
    public static readonly LatencySketch Empty = new(0, []);

    private const double Accuracy = 0.01;
    private static readonly double Gamma = (1 + Accuracy) / (1 - Accuracy);
    private static readonly double LogGamma = Math.Log(Gamma);

    /// <summary>One minute and above share the last bucket; below a microsecond the first.</summary>
    public static int Buckets { get; } = Bucket(60e6) + 1;

    [JsonIgnore]
    public long Total => Counts.Sum();

    public static int Bucket(double microseconds) =>
        microseconds <= 1 ? 0 : (int)Math.Ceiling(Math.Log(Math.Min(microseconds, 60e6)) / LogGamma);

    /// <summary>From dense counts, of which only the span between the first and the last used bucket is kept.</summary>
    public static LatencySketch From(ReadOnlySpan<long> dense)
    {
        var first = dense.IndexOfAnyExcept(0L);
        return first < 0 ? Empty : new LatencySketch(first, dense[first..(dense.LastIndexOfAnyExcept(0L) + 1)].ToArray());
    }

    /// <exception cref="ProtocolException">the buckets of the other are not of this scale</exception>
    public LatencySketch Merge(LatencySketch other)
    {
        var dense = new long[Buckets];
        AddTo(dense);
        other.AddTo(dense);
        return From(dense);
    }

    /// <returns>milliseconds, or null when nothing was counted</returns>
    public double? Quantile(double p)
    {
        var rank = (long)Math.Ceiling(p * Total);
        long seen = 0;
        for (var i = 0; i < Counts.Length; i++)
        {
            seen += Counts[i];
            if (seen >= rank && seen > 0)
                return Middle(Offset + i) / 1000;
        }
        return null;
    }

    /// <summary>How many were no slower than this, to the bucket that it falls into.</summary>
    public long CountUpTo(double microseconds)
    {
        var last = Math.Min(Bucket(microseconds) - Offset, Counts.Length - 1);
        return last < 0 ? 0 : Counts.AsSpan(0, last + 1).ToArray().Sum();
    }

    /// <summary>All latencies together, in milliseconds.</summary>
    [JsonIgnore]
    public double SumMs => Counts.Select((count, i) => count * Middle(Offset + i)).Sum() / 1000;

    // The point of (γ^(i-1), γ^i] that is at most 1 % away from both ends.
    private static double Middle(int bucket) => 2 * Math.Pow(Gamma, bucket) / (Gamma + 1);

    private void AddTo(long[] dense)
    {
        if (Offset < 0 || Offset > dense.Length - Counts.Length)
            throw new ProtocolException($"A latency sketch has buckets 0 to {dense.Length - 1}.");
        for (var i = 0; i < Counts.Length; i++)
            dense[Offset + i] += Counts[i];
    }
}
