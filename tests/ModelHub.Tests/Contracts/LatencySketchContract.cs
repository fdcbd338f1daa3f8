using ModelHub.Domain.Shadows;
using ModelHub.Protocol;
using Xunit;

namespace ModelHub.Tests.Contracts;

public sealed class LatencySketchContract
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_quantile_is_right_to_one_percent_also_after_merging(int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, 5000).Select(_ => Math.Exp(random.NextDouble() * 15) + 1).ToArray();

        var sketch = values.Chunk(700).Select(Sketch).Aggregate((a, b) => a.Merge(b));

        Array.Sort(values);
        Assert.Equal(values.Length, sketch.Total);
        foreach (var p in new[] { 0.001, 0.5, 0.9, 0.99, 1 })
        {
            var exact = values[(int)Math.Ceiling(p * values.Length) - 1] / 1000;
            Assert.InRange(sketch.Quantile(p)!.Value, exact * 0.989999, exact * 1.010001);
        }
    }

    [Fact]
    public void The_sum_is_right_to_one_percent()
    {
        double[] values = [3, 250, 1_000, 90_000];

        Assert.InRange(Sketch(values).SumMs, values.Sum() / 1000 * 0.99, values.Sum() / 1000 * 1.01);
        Assert.Equal(0, LatencySketch.Empty.SumMs);
    }

    [Fact]
    public void Nothing_counted_has_no_quantile() => Assert.Null(LatencySketch.Empty.Quantile(0.5));

    [Fact]
    public void A_sketch_of_another_scale_is_refused() =>
        Assert.Throws<ProtocolException>(() => LatencySketch.Empty.Merge(new LatencySketch(int.MaxValue, [1])));

    private static LatencySketch Sketch(double[] microseconds)
    {
        var dense = new long[LatencySketch.Buckets];
        foreach (var value in microseconds)
            dense[LatencySketch.Bucket(value)]++;
        return LatencySketch.From(dense);
    }

    [Fact]
    public void The_domain_reads_what_routers_count_on_the_same_scales()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var (latency, difference) = (Math.Pow(10, random.NextDouble() * 9 - 1), Math.Pow(10, random.NextDouble() * 30 - 15));

            Assert.Equal(LatencySketch.Bucket(latency), LogScale.Latency.Bucket(latency));
            Assert.Equal(DifferenceScale.Bucket(difference), LogScale.Difference.Bucket(difference));
        }
        Assert.Equal((LatencySketch.Buckets, DifferenceScale.Buckets), (LogScale.Latency.Buckets, LogScale.Difference.Buckets));
    }
}
