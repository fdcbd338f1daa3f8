namespace ModelHub.Protocol;

/// <summary>Counts in buckets of a scale; <paramref name="Counts"/>[k] belongs to bucket <paramref name="Offset"/> + k.</summary>
public sealed record Histogram(int Offset, long[] Counts)
{
    public static readonly Histogram Empty = new(0, []);

    /// <summary>From dense counts, of which only the span between the first and the last used bucket is kept.</summary>
    public static Histogram From(ReadOnlySpan<long> dense)
    {
        var first = dense.IndexOfAnyExcept(0L);
        return first < 0 ? Empty : new Histogram(first, dense[first..(dense.LastIndexOfAnyExcept(0L) + 1)].ToArray());
    }
}

/// <summary>
/// The buckets in which differences are counted: bucket i holds (10^-12 · γ^(i-1), 10^-12 · γ^i] with γ = 1.05/0.95, so that a
/// difference is known to 5 % of itself (the mapping of DDSketch, Masson et al. 2019).
/// </summary>
public static class DifferenceScale
{
    private const double Lowest = 1e-12;
    private const double Highest = 1e12;
    private static readonly double LogGamma = Math.Log(1.05 / 0.95);

    public static int Buckets { get; } = Bucket(Highest) + 1;

    public static int Bucket(double difference) =>
        difference <= Lowest ? 0 : (int)Math.Ceiling(Math.Log(Math.Min(difference, Highest) / Lowest) / LogGamma);
}
