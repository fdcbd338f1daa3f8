using System.Text.Json.Serialization;

namespace ModelHub.Domain.Rollouts;

/// <summary>
/// Latencies as counts in the logarithmic buckets in which routers count them (DDSketch with γ = 1.01/0.99): bucket i holds
/// microseconds in (γ^(i-1), γ^i], <paramref name="Counts"/>[k] belongs to bucket <paramref name="Offset"/> + k.
/// </summary>
public sealed record LatencyCounts(int Offset, IReadOnlyList<long> Counts)
{
    public static readonly LatencyCounts None = new(0, []);

    private const double Gamma = 1.01 / 0.99;
    private static readonly double LogGamma = Math.Log(Gamma);

    [JsonIgnore]
    public long Total => Counts.Sum();

    public LatencyCounts Plus(LatencyCounts other)
    {
        if (Counts.Count == 0 || other.Counts.Count == 0)
            return Counts.Count == 0 ? other : this;
        var first = Math.Min(Offset, other.Offset);
        var sum = new long[Math.Max(Offset + Counts.Count, other.Offset + other.Counts.Count) - first];
        foreach (var part in (LatencyCounts[])[this, other])
            for (var i = 0; i < part.Counts.Count; i++)
                sum[part.Offset - first + i] += part.Counts[i];
        return new(first, sum);
    }

    /// <returns>milliseconds, known to 1 %; null when nothing was counted</returns>
    public double? Quantile(double p)
    {
        var rank = (long)Math.Ceiling(p * Total);
        long seen = 0;
        for (var i = 0; i < Counts.Count; i++)
            if ((seen += Counts[i]) >= rank && seen > 0)
                return 2 * Math.Pow(Gamma, Offset + i) / (Gamma + 1) / 1_000;
        return null;
    }

    /// <summary>How many took longer; those in the bucket of the limit itself are taken to have kept it.</summary>
    public long SlowerThan(double milliseconds)
    {
        var limit = milliseconds * 1_000 <= 1 ? 0 : (int)Math.Ceiling(Math.Log(milliseconds * 1_000) / LogGamma);
        long slower = 0;
        for (var i = Math.Max(0, limit + 1 - Offset); i < Counts.Count; i++)
            slower += Counts[i];
        return slower;
    }

    /// <summary>The least latency of which it is certain, but for one case in 1/<paramref name="level"/>, that the quantile is no higher; null when n is too small to say.</summary>
    public double? AtMost(double p, double level)
    {
        var (total, slower) = (Total, Total);
        for (var i = 0; i < Counts.Count; i++)
        {
            slower -= Counts[i];
            if (slower < (1 - p) * total && Binomial.AtMost(slower, total, level) <= 1 - p)
                return Math.Pow(Gamma, Offset + i) / 1_000;
        }
        return null;
    }

    /// <summary>Seven bits a byte, the least first, as protobuf writes whole numbers.</summary>
    public byte[] ToBytes()
    {
        var bytes = new List<byte>(Counts.Count + 4);
        Write(Offset);
        foreach (var count in Counts)
            Write(count);
        return [.. bytes];

        void Write(long value)
        {
            for (; value > 0x7F; value >>= 7)
                bytes.Add((byte)(value | 0x80));
            bytes.Add((byte)value);
        }
    }

    public static LatencyCounts FromBytes(ReadOnlySpan<byte> bytes)
    {
        var values = new List<long>(bytes.Length);
        var (value, shift) = (0L, 0);
        foreach (var b in bytes)
        {
            value |= (long)(b & 0x7F) << shift;
            shift += 7;
            if (b < 0x80)
            {
                values.Add(value);
                (value, shift) = (0, 0);
            }
        }
        return values.Count == 0 ? None : new((int)values[0], values[1..]);
    }
}
