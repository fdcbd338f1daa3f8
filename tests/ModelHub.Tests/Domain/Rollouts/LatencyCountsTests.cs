using ModelHub.Domain.Rollouts;
using ModelHub.Protocol;
using Xunit;

namespace ModelHub.Tests.Domain.Rollouts;

/// <summary>The control plane reads what routers wrote: both must mean the same buckets.</summary>
public sealed class LatencyCountsTests
{
    [Fact]
    public void It_says_what_the_routers_sketch_says()
    {
        var random = new Random(3);
        var (one, two) = (Sketch(random, 1_000), Sketch(random, 30));
        var (ours, whole) = (Of(one).Plus(Of(two)), one.Merge(two));

        foreach (var p in (double[])[0.01, 0.5, 0.9, 0.99, 1])
            Assert.Equal(whole.Quantile(p)!.Value, ours.Quantile(p)!.Value, 1e-9);
        foreach (var ms in (double[])[0.5, 3, 20, 250])
            Assert.Equal(whole.Total - whole.CountUpTo(ms * 1_000), ours.SlowerThan(ms));
    }

    [Fact]
    public void Stored_and_read_it_is_the_same()
    {
        var counts = Of(Sketch(new Random(5), 100_000));

        var read = LatencyCounts.FromBytes(counts.ToBytes());

        Assert.Equal((counts.Offset, counts.Total), (read.Offset, read.Total));
        Assert.Equal(counts.Counts, read.Counts);
        Assert.Equal(0, LatencyCounts.FromBytes(LatencyCounts.None.ToBytes()).Total);
    }

    [Fact]
    public void Too_few_bound_no_slowest_hundredth()
    {
        LatencyCounts Same(long n) => new(200, [n]);

        Assert.Null(Same(600).AtMost(0.99, 0.001));
        Assert.NotNull(Same(700).AtMost(0.99, 0.001));
        Assert.Null(LatencyCounts.None.AtMost(0.5, 0.001));
        Assert.Null(LatencyCounts.None.Quantile(0.5));
    }

    private static LatencySketch Sketch(Random random, int n)
    {
        var dense = new long[LatencySketch.Buckets];
        for (var i = 0; i < n; i++)
            dense[LatencySketch.Bucket(Math.Exp(random.NextDouble() * 12))]++;
        return LatencySketch.From(dense);
    }

    private static LatencyCounts Of(LatencySketch sketch) => new(sketch.Offset, sketch.Counts);
}
