using System.Text.Json.Serialization;

namespace ModelHub.Domain.Shadows;

/// <summary>Counts on a <see cref="LogScale"/>: the one at k belongs to bucket <paramref name="Offset"/> + k.</summary>
public sealed record Histogram(int Offset, IReadOnlyList<long> Counts)
{
    public static readonly Histogram Empty = new(0, []);

    [JsonIgnore]
    public long Total => Counts.Sum();

    public Histogram Merge(Histogram other)
    {
        if (Counts.Count == 0 || other.Counts.Count == 0)
            return Counts.Count == 0 ? other : this;
        var first = Math.Min(Offset, other.Offset);
        var sums = new long[Math.Max(Offset + Counts.Count, other.Offset + other.Counts.Count) - first];
        foreach (var (offset, counts) in new[] { (Offset, Counts), (other.Offset, other.Counts) })
            for (var i = 0; i < counts.Count; i++)
                sums[offset - first + i] += counts[i];
        return new Histogram(first, sums);
    }

    /// <returns>On the scale's unit; null when nothing was counted.</returns>
    public double? Quantile(LogScale scale, double p)
    {
        var (rank, seen) = ((long)Math.Ceiling(p * Total), 0L);
        for (var i = 0; i < Counts.Count; i++)
        {
            seen += Counts[i];
            if (seen > 0 && seen >= rank)
                return scale.Middle(Offset + i);
        }
        return null;
    }
}
