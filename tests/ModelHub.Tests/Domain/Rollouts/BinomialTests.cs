using ModelHub.Domain.Rollouts;
using Xunit;

namespace ModelHub.Tests.Domain.Rollouts;

public sealed class BinomialTests
{
    /// <summary>Sums of the probabilities, as any textbook adds them.</summary>
    [Theory]
    [InlineData(1, 3, 0.01)]
    [InlineData(2, 2, 0.05)]
    [InlineData(5, 20, 0.25)]
    [InlineData(19, 20, 0.9)]
    [InlineData(30, 500, 0.05)]
    [InlineData(1, 1000, 0.001)]
    public void The_tail_is_the_sum_of_its_terms(int bad, int n, double p)
    {
        var sum = 0.0;
        for (var k = bad; k <= n; k++)
        {
            var term = k * Math.Log(p) + (n - k) * Math.Log(1 - p);
            for (var i = 1; i <= k; i++)
                term += Math.Log(n - k + i) - Math.Log(i);
            sum += Math.Exp(term);
        }

        Assert.Equal(sum, Binomial.Tail(bad, n, p), 1e-10);
    }

    [Fact]
    public void All_bad_is_known_in_closed_form()
    {
        foreach (var n in (long[])[1, 2, 10, 1_000, 1_000_000])
            Assert.Equal(Math.Pow(0.001, 1.0 / n), Binomial.AtLeast(n, n, 0.001), 1e-9);
        Assert.Equal(1 - Math.Pow(0.001, 1.0 / 700), Binomial.AtMost(0, 700, 0.001), 1e-9);
    }

    [Fact]
    public void Nothing_seen_bounds_nothing()
    {
        Assert.Equal((0, 1), (Binomial.AtLeast(0, 0, 0.001), Binomial.AtMost(0, 0, 0.001)));
        Assert.Equal((0, 1), (Binomial.AtLeast(0, 10, 0.001), Binomial.AtMost(10, 10, 0.001)));
    }

    /// <summary>A bound at this level misses the truth about that often, and no oftener: shares near 0, 1 and between.</summary>
    [Theory]
    [InlineData(0.01, 200)]
    [InlineData(0.3, 50)]
    [InlineData(0.97, 300)]
    public void The_bounds_hold_as_often_as_they_say(double p, int n)
    {
        const double Level = 0.02;
        const int Rounds = 20_000;
        var random = new Random(7);
        var (above, below) = (0, 0);
        var known = new Dictionary<long, (double, double)>();
        for (var round = 0; round < Rounds; round++)
        {
            long bad = 0;
            for (var i = 0; i < n; i++)
                bad += random.NextDouble() < p ? 1 : 0;
            if (!known.TryGetValue(bad, out var bounds))
                known[bad] = bounds = (Binomial.AtLeast(bad, n, Level), Binomial.AtMost(bad, n, Level));
            above += bounds.Item1 > p ? 1 : 0;
            below += bounds.Item2 < p ? 1 : 0;
        }

        // Three deviations of the count above its mean.
        var most = Level * Rounds + 3 * Math.Sqrt(Level * Rounds);
        Assert.InRange(above, 0, most);
        Assert.InRange(below, 0, most);
    }
}
