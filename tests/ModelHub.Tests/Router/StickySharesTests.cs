using FsCheck;
using FsCheck.Fluent;
using ModelHub.Router.Routing;
using Xunit;

namespace ModelHub.Tests.Router;

public sealed class StickySharesTests
{
    private static readonly Guid Endpoint = new("0198c0de-0000-7000-8000-0000000000e1");
    private static readonly Guid[] Versions = [.. Enumerable.Range(1, 5).Select(i => new Guid($"0198c0de-0000-7000-8000-{i:000000000000}"))];

    private static readonly Gen<double[]> Weights = from weights in Gen.Choose(0, 100).ArrayOf(5) where weights.Sum() > 0 select weights.Select(w => (double)w).ToArray();

    [Fact]
    public void Who_grows_loses_no_key() =>
        Prop.ForAll((from weights in Weights from grows in Gen.Choose(0, 4) from more in Gen.Choose(1, 100) select (weights, grows, more)).ToArbitrary(), p =>
        {
            var before = new StickyShares(Endpoint, Versions, p.weights);
            var after = new StickyShares(Endpoint, Versions, [.. p.weights.Select((w, i) => i == p.grows ? w + p.more : w)]);
            return Keys(200).All(key => before.Of(key) == after.Of(key) || after.Of(key) == p.grows);
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_canary_that_grows_while_the_primary_shrinks_loses_no_key() =>
        Prop.ForAll((from start in Gen.Choose(0, 99) from end in Gen.Choose(start, 100) select (start, end)).ToArbitrary(), p =>
        {
            var before = new StickyShares(Endpoint, Versions[..2], [100 - p.start, p.start]);
            var after = new StickyShares(Endpoint, Versions[..2], [100 - p.end, p.end]);
            return Keys(200).All(key => before.Of(key) == 0 || after.Of(key) == 1);
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_variant_without_weight_gets_no_key() =>
        Prop.ForAll(Weights.ToArbitrary(), weights =>
        {
            var sticky = new StickyShares(Endpoint, Versions, weights);
            return Keys(200).All(key => weights[sticky.Of(key)] > 0);
        }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData(50, 50)]
    [InlineData(90, 10)]
    [InlineData(99, 1)]
    public void Keys_are_spread_by_the_weights_within_four_standard_deviations(double one, double other)
    {
        const int n = 20_000;
        var sticky = new StickyShares(Endpoint, Versions[..2], [one, other]);

        var share = other / (one + other);
        var got = Keys(n).Count(key => sticky.Of(key) == 1);

        Assert.InRange((got - n * share) / Math.Sqrt(n * share * (1 - share)), -4, 4);
    }

    [Fact]
    public void Endpoints_spread_the_same_keys_differently()
    {
        var here = new StickyShares(Endpoint, Versions[..2], [50, 50]);
        var there = new StickyShares(new Guid("0198c0de-0000-7000-8000-0000000000e2"), Versions[..2], [50, 50]);

        Assert.InRange(Keys(1000).Count(key => here.Of(key) == there.Of(key)), 400, 600);
    }

    [Fact]
    public void Text_and_its_bytes_are_the_same_key()
    {
        var sticky = new StickyShares(Endpoint, Versions, [1, 1, 1, 1, 1]);

        Assert.All(Keys(100), key => Assert.Equal(sticky.Of(key), sticky.Of(System.Text.Encoding.UTF8.GetBytes(key))));
    }

    private static IEnumerable<string> Keys(int count) => Enumerable.Range(0, count).Select(i => $"customer-{i}");
}
