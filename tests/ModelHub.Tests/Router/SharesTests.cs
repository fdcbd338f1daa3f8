using ModelHub.Router.Routing;
using Xunit;

namespace ModelHub.Tests.Router;

public sealed class SharesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_weights_are_kept_within_a_few_requests_at_every_moment(int seed)
    {
        var random = new Random(seed);
        for (var turn = 0; turn < 50; turn++)
        {
            double[] weights = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(4) == 0 ? 0 : random.Next(1, 100)), 1];
            var shares = new Shares(weights, new Turns((ulong)random.NextInt64()));
            var counts = new int[weights.Length];
            for (var n = 1; n <= 2000; n++)
            {
                counts[shares.Next()]++;
                for (var i = 0; i < weights.Length; i++)
                    Assert.InRange(counts[i] - n * weights[i] / weights.Sum(), -4, 4);
            }
        }
    }

    [Fact]
    public void All_to_one_and_none_to_the_other_means_just_that()
    {
        var shares = new Shares([0, 100, 0], new Turns(7));

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(1, shares.Next()));
    }

    [Fact]
    public async Task Many_threads_deal_the_same_shares_as_one()
    {
        var shares = new Shares([90, 10], new Turns(7));
        var dealt = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 2500).Count(_ => shares.Next() == 1))));

        Assert.InRange(dealt.Sum(), 996, 1004);
    }
}
