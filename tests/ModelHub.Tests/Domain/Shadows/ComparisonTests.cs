using System.Text.Json;
using ModelHub.Domain.Shadows;
using Xunit;
using Json = ModelHub.Database.Conventions.Json;

namespace ModelHub.Tests.Domain.Shadows;

public sealed class ComparisonTests
{
    [Fact]
    public void It_does_not_matter_in_which_order_routers_are_merged()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var parts = Enumerable.Range(0, random.Next(2, 7)).Select(_ => Any(random)).ToArray();
            var inOrder = parts.Aggregate(Comparison.None, (a, b) => a.Merge(b));
            random.Shuffle(parts);
            var half = random.Next(parts.Length);
            var inHalves = parts[..half].Aggregate(Comparison.None, (a, b) => a.Merge(b)).Merge(parts[half..].Aggregate(Comparison.None, (a, b) => b.Merge(a)));

            Assert.Equal(Text(inOrder), Text(inHalves));
        }
    }

    [Fact]
    public void Merging_adds_what_each_has_seen()
    {
        var one = With(new OutputComparison("y", 3, 2, 1, 0, 0, 0.5, new(10, [1]), new(12, [1]), 3, 1, [new("a", "a", 2), new("a", "b", 1)], [new(5, 1, 1)], []));
        var other = With(new OutputComparison("y", 4, 2, 2, 1, 1, 0.75, new(8, [1, 0, 1]), new(12, [2]), 4, 2, [new("a", "b", 2), new("b", "b", 2)], [new(2, 2, 3)], []));

        var sum = Assert.Single(one.Merge(other).Outputs);

        Assert.Equal((7, 4, 3, 1, 1, 0.75, 7, 3), (sum.Values, sum.Equal, sum.Different, sum.Unlike, sum.NotANumber, sum.MaxDifference, sum.Classified, sum.Flips));
        Assert.Equal([new ClassPair("a", "a", 2), new ClassPair("a", "b", 3), new ClassPair("b", "b", 2)], sum.Classes);
        Assert.Equal((8, "1,0,2"), (sum.Absolute.Offset, string.Join(',', sum.Absolute.Counts)));
        Assert.Equal([new SampledPair(2, 2, 3), new SampledPair(5, 1, 1)], sum.Sample);
    }

    [Fact]
    public void What_a_router_tells_beyond_its_bounds_is_refused()
    {
        var sound = With(new OutputComparison("y", 1, 1, 0, 0, 0, 0, Histogram.Empty, Histogram.Empty, 0, 0, [], [], []));

        Assert.Null(sound.Check());
        Assert.NotNull((sound with { Outputs = [.. Enumerable.Range(0, Comparison.MostOutputs + 1).Select(i => sound.Outputs[0] with { Name = $"{i}" })] }).Check());
        Assert.NotNull(With(sound.Outputs[0] with { Absolute = new(LogScale.Difference.Buckets, [1]) }).Check());
        Assert.NotNull(With(sound.Outputs[0] with { Absolute = new(0, [-1]) }).Check());
        Assert.NotNull(With(sound.Outputs[0] with { Worst = [new(1, 0, "a", "b", null, new string('x', OutputComparison.MostText + 1), "", "", Sample.Now)] }).Check());
    }

    [Theory]
    [InlineData("1 2 3 4", "10 20 30 40", 1.0)]
    [InlineData("1 2 3 4", "4 3 2 1", -1.0)]
    [InlineData("1 2 3 4", "1 2 4 3", 0.8)]
    [InlineData("1 2 2 3", "1 2 3 4", 0.9486832980505138)]
    [InlineData("1 1 1 1", "1 2 3 4", null)]
    [InlineData("1 2", "1 2", null)]
    public void Rank_correlation_is_spearmans_with_shared_ranks(string primary, string candidate, double? rho)
    {
        static float[] Of(string text) => [.. text.Split(' ').Select(t => float.Parse(t, System.Globalization.CultureInfo.InvariantCulture))];

        var found = RankCorrelation.Spearman([.. Of(primary).Zip(Of(candidate), (a, b) => new SampledPair(0, a, b))]);

        Assert.Equal(rho ?? double.NaN, found ?? double.NaN, 12);
    }

    [Fact]
    public void A_quantile_is_within_the_accuracy_of_its_scale()
    {
        var values = Enumerable.Range(1, 1_000).Select(i => i * 1e-5).ToArray();
        var histogram = values.Select(v => new Histogram(LogScale.Difference.Bucket(v), [1])).Aggregate((a, b) => a.Merge(b));

        Assert.InRange(histogram.Quantile(LogScale.Difference, 0.5)!.Value, 0.005 * 0.95, 0.005 * 1.05);
        Assert.InRange(histogram.Quantile(LogScale.Difference, 0.99)!.Value, 0.0099 * 0.95, 0.0099 * 1.05);
    }

    private static Comparison With(OutputComparison output) => Comparison.None with { Outputs = [output] };

    private static string Text(Comparison comparison) => JsonSerializer.Serialize(comparison, Json.Options);

    private static Comparison Any(Random random)
    {
        Histogram Some() => new(random.Next(50), [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (long)random.Next(1, 9))]);
        string Word() => ((string[])["a", "b", "c"])[random.Next(3)];
        DifferentAnswer Example() => new(random.Next(4), random.Next(3), Word(), Word(), null, Word(), "", "", Sample.Now.AddSeconds(random.Next(3)));
        OutputComparison Output(string name) => new(
            name, random.Next(100), random.Next(100), random.Next(9), random.Next(3), random.Next(3), random.NextDouble(), Some(), Some(), random.Next(100), random.Next(9),
            [.. Enumerable.Range(0, 4).Select(_ => (Word(), Word())).Distinct().Select(p => new ClassPair(p.Item1, p.Item2, random.Next(1, 9)))],
            [.. Enumerable.Range(0, 150).Select(_ => new SampledPair(random.Next(1_000), random.Next(9), random.Next(9))).OrderBy(s => s.Priority)],
            [.. Enumerable.Range(0, 5).Select(_ => Example()).OrderByDescending(e => e.Size)]);
        return new Comparison(
            new(random.Next(9), random.Next(9), random.Next(9), random.Next(9), random.Next(9), random.Next(9), random.Next(9), random.Next(9)),
            new(Some(), Some(), Some(), Some()),
            [.. ((string[])["x", "y", "z"]).Where(_ => random.Next(3) > 0).Select(Output)],
            [.. ((string[])["north", "south"]).Where(_ => random.Next(3) > 0).Select(v => new SegmentComparison(v, random.Next(9), random.Next(9), random.Next(9)))]);
    }
}
