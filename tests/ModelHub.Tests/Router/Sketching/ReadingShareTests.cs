using System.Text;
using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Sketching;
using Xunit;

namespace ModelHub.Tests.Router.Sketching;

/// <summary>What is looked into when there is more traffic than a router may read.</summary>
public sealed class ReadingShareTests
{
    private static readonly RouteSketch Wanted = new(5, 2, [new("x", ["x"])], [new("x", [0, 1, 2])]);

    [Theory]
    [InlineData(100, new long[] { 10, 20 }, new[] { 1.0, 1.0 })]
    [InlineData(100, new long[] { 200 }, new[] { 0.5 })]
    [InlineData(100, new long[] { 90, 10, 60 }, new[] { 0.5, 1.0, 0.75 })]
    [InlineData(100, new long[] { 0, 400 }, new[] { 1.0, 0.25 })]
    [InlineData(100, new long[0], new double[0])]
    public void Little_traffic_is_read_wholly_and_much_of_it_shares_the_rest(long budget, long[] offered, double[] shares) =>
        Assert.Equal(shares, ReadingShare.Of(offered, budget));

    [Fact]
    public void No_more_is_read_than_may_be_whatever_is_offered()
    {
        var random = new Random(3);
        for (var i = 0; i < 1_000; i++)
        {
            long[] offered = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.NextInt64(1L << random.Next(1, 40)))];
            var shares = ReadingShare.Of(offered, 1 << 20);

            Assert.InRange(offered.Zip(shares, (bytes, share) => bytes * share).Sum(), Math.Min(offered.Sum(), 1 << 20) * 0.999, (1 << 20) * 1.001);
            Assert.All(shares, share => Assert.InRange(share, 0, 1));
        }
    }

    [Fact]
    public void Under_load_large_and_small_requests_have_the_same_odds_and_all_are_counted()
    {
        var sketch = new VariantSketch(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Wanted) { Share = 0.1 };
        using var one = Asking("""[{"x":0.5}]""");
        using var nine = Asking($"[{string.Join(',', Enumerable.Repeat("""{"x":1.5}""", 9))}]");

        for (var i = 0; i < 50_000; i++)
        {
            sketch.Add(one, answered: false);
            sketch.Add(nine, answered: false);
        }
        var told = sketch.Take()!;

        Assert.Equal(100_000, told.Requests);
        Assert.Equal(0, told.Unseen);
        var (small, large) = (told.Columns[0].Slots[1], told.Columns[0].Slots[2] / 9);
        Assert.Equal(100_000, told.Skipped + small + large);
        // Six standard deviations of a binomial of 50,000 and 0.1.
        Assert.InRange(small, 5_000 - 400, 5_000 + 400);
        Assert.InRange(large, 5_000 - 400, 5_000 + 400);
    }

    [Fact]
    public void Much_traffic_is_thinned_from_the_next_tenth_of_a_second_on_and_quiet_ends_that_within_seconds()
    {
        var (busy, quiet) = (new VariantSketch(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Wanted), new VariantSketch(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Wanted));
        using var asking = Asking($"[{string.Join(',', Enumerable.Repeat("""{"x":1.5}""", 100))}]");
        for (var i = 0; i < 100; i++)
            busy.Add(asking, answered: false);
        quiet.Add(asking, answered: false);

        // Ten of a second's budget of 110 in this tenth, and one.
        SpreadReading.Spread([busy, quiet], asking.Body.Length * 110, 0.1);
        Assert.Equal((0.1, 1.0), (busy.Share, quiet.Share));

        // In the second before came 100: less than may be read, but nobody knows yet whether it goes on.
        SpreadReading.Spread([busy, quiet], asking.Body.Length * 50, 0.1);
        Assert.InRange(busy.Share, 0.5, 0.6);
        Assert.Equal(1.0, quiet.Share);

        for (var i = 0; i < 20; i++)
            SpreadReading.Spread([busy, quiet], asking.Body.Length * 50, 0.1);
        Assert.Equal((1.0, 1.0), (busy.Share, quiet.Share));
    }

    [Fact]
    public void Requests_that_come_now_and_then_are_read_though_each_alone_is_large()
    {
        var sketch = new VariantSketch(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Wanted);
        using var asking = Asking($"[{string.Join(',', Enumerable.Repeat("""{"x":1.5}""", 100))}]");

        for (var second = 0; second < 30; second++)
        {
            sketch.Add(asking, answered: false);
            for (var tenth = 0; tenth < 10; tenth++)
                SpreadReading.Spread([sketch], asking.Body.Length * 2, 0.1);
        }

        Assert.Equal(0, sketch.Take()!.Skipped);
    }

    private static Exchange Asking(string body)
    {
        var exchange = new Exchange { Verb = Verb.Predict };
        var bytes = Encoding.UTF8.GetBytes(body);
        var buffer = exchange.BeginBody();
        bytes.CopyTo(buffer.GetSpan(bytes.Length));
        buffer.Advance(bytes.Length);
        return exchange;
    }
}
