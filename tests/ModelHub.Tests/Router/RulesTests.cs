using System.Diagnostics;
using ModelHub.Protocol;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Limiting;
using ModelHub.Router.Mirroring;
using ModelHub.Router.Routing;
using Xunit;

namespace ModelHub.Tests.Router;

/// <summary>The small rules: who is out, who is cut off, who comes too often, what is sampled.</summary>
public sealed class RulesTests
{
    [Fact]
    public void A_rate_lets_the_burst_through_and_then_one_by_one()
    {
        var bucket = new RateBucket(new RateLimit(10, 3));
        var now = 1_000_000_000L;

        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(_ => bucket.Take(now)));
        Assert.Equal(0.1, bucket.Take(now), 3);
        Assert.Equal(0, bucket.Take(now + Stopwatch.Frequency / 10));
        Assert.True(bucket.Take(now + Stopwatch.Frequency / 10) > 0);
        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(_ => bucket.Take(now + 100 * Stopwatch.Frequency)));
        Assert.True(bucket.Take(now + 100 * Stopwatch.Frequency) > 0);
    }

    [Fact]
    public async Task A_rate_holds_for_many_threads()
    {
        var bucket = new RateBucket(new RateLimit(1, 1000));
        var now = 1_000_000_000L;

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 1000).Count(_ => bucket.Take(now) == 0))));

        Assert.Equal(1000, taken.Sum());
    }

    [Fact]
    public void An_unreachable_node_is_out_at_once_and_back_when_a_probe_reaches_it()
    {
        var health = new Health();

        Assert.True(health.Bad(Fault.Unreachable, 0));
        Assert.True(health.IsOut && health.WantsProbe(0));
        Assert.False(health.Return(1_000_000, probed: false));
        Assert.True(health.Return(1, probed: true));
        Assert.False(health.IsOut);
    }

    [Fact]
    public void Who_fails_is_out_after_five_in_a_row_back_on_trial_and_out_for_twice_as_long()
    {
        var health = new Health();

        for (var i = 0; i < 4; i++)
            Assert.False(health.Bad(Fault.Fails, 0));
        health.Good();
        for (var i = 0; i < 4; i++)
            Assert.False(health.Bad(Fault.Fails, 0));
        Assert.True(health.Bad(Fault.Fails, 0));
        Assert.False(health.Return(999, probed: true));
        Assert.True(health.Return(1000, probed: true));
        Assert.True(health.Bad(Fault.Fails, 1000));
        Assert.False(health.Return(2999, probed: true));
        Assert.True(health.Return(3000, probed: true));
        for (var i = 0; i < Health.GoodInRow; i++)
            health.Good();
        Assert.False(health.Bad(Fault.Fails, 4000));
    }

    [Fact]
    public void A_breaker_opens_after_five_failures_and_tries_once_in_a_while()
    {
        var breaker = new Breaker();
        for (var i = 0; i < Breaker.FailuresInRow; i++)
        {
            Assert.True(breaker.Lets(0));
            breaker.Failed(0);
        }

        Assert.False(breaker.Lets(999));
        Assert.True(breaker.Lets(1000));
        Assert.False(breaker.Lets(1001));
        breaker.Failed(1001);
        Assert.False(breaker.Lets(3000));
        Assert.True(breaker.Lets(3001));
        breaker.Succeeded();
        Assert.True(breaker.Lets(3001) && !breaker.IsOpen);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(10, 99, 101)]
    [InlineData(100, 1000, 1000)]
    public void A_sample_is_its_share(double percent, int least, int most)
    {
        var sampling = new Sampling(percent, new Turns(42));

        Assert.InRange(Enumerable.Range(0, 1000).Count(_ => sampling.Next()), least, most);
    }

    [Theory]
    [InlineData("/e/v2/models/m/infer", "POST", "Infer e m ")]
    [InlineData("/e/v2/models/ns.m/versions/3/infer", "POST", "Infer e ns.m 3")]
    [InlineData("/e/v2/models/m", "GET", "Metadata e m ")]
    [InlineData("/e/v2/models/m/versions/3", "GET", "Metadata e m 3")]
    [InlineData("/e/v2/models/m/ready", "GET", "Ready e m ")]
    [InlineData("/e/predict/m", "POST", "Predict e m ")]
    [InlineData("/e/v2/models/m/infer", "GET", null)]
    [InlineData("/e/v2/models/m/infer/x", "POST", null)]
    [InlineData("/e/v2/models//infer", "POST", null)]
    [InlineData("//v2/models/m/infer", "POST", null)]
    [InlineData("/e/v2/models/m/versions/3/infer/x/y", "POST", null)]
    [InlineData("/e/predict/m", "GET", null)]
    [InlineData("/e/v2", "GET", null)]
    [InlineData("/metrics", "GET", null)]
    public void A_path_says_what_is_asked_for(string path, string method, string? expected)
    {
        var read = RequestPath.TryRead(path, method, out var request);

        Assert.Equal(expected, read ? $"{request.Verb} {request.Environment} {request.Model} {request.Version}" : null);
    }
}
