using ModelHub.Domain.Gates;
using ModelHub.Domain.Shadows;
using Xunit;

namespace ModelHub.Tests.Domain.Shadows;

public sealed class ShadowJudgeTests
{
    private static readonly ShadowOptions Options = ShadowOptions.Default with
    {
        MinimumSamples = 100,
        Limits = new ShadowLimits(MaxDifferenceRate: 0.1, MaxClassFlipRate: 0.02, MaxErrorRateOverPrimary: 0.01, MaxP99Ratio: 2),
    };

    [Theory]
    [InlineData(100, 10, 2, 0, 0, Verdict.Pass, "")]
    [InlineData(100, 11, 2, 0, 0, Verdict.Fail, "maxDifferenceRate: 0.11 is more than 0.1")]
    [InlineData(100, 10, 3, 0, 0, Verdict.Fail, "maxClassFlipRate: 0.03 is more than 0.02")]
    [InlineData(100, 0, 0, 2, 0, Verdict.Fail, "maxErrorRateOverPrimary: 0.01961 is more than 0.01")]
    [InlineData(100, 0, 0, 5, 5, Verdict.Pass, "")]
    [InlineData(99, 99, 99, 0, 0, Verdict.Inconclusive, "99 of 100 samples")]
    [InlineData(0, 0, 0, 100, 0, Verdict.Fail, "maxErrorRateOverPrimary: 1 is more than 0.01")]
    [InlineData(0, 0, 0, 0, 0, Verdict.Inconclusive, "0 of 100 samples")]
    public void A_limit_fails_alone_and_all_must_hold_to_pass(long compared, long different, long flips, long candidateFailed, long primaryFailed, Verdict verdict, string because)
    {
        var judgement = ShadowJudge.Judge(Found(compared, different, flips, candidateFailed, primaryFailed), Options);

        Assert.Equal(verdict, judgement.Verdict);
        Assert.Contains(because, judgement.Reason, StringComparison.Ordinal);
        Assert.Equal(4, judgement.Findings.Count);
    }

    [Fact]
    public void What_the_answers_do_not_tell_never_passes()
    {
        var withoutClasses = Found(100, 0, 0, 0, 0) with { Outputs = [] };

        var judgement = ShadowJudge.Judge(withoutClasses, Options);

        Assert.Equal((Verdict.Inconclusive, "maxClassFlipRate: no answer tells it"), (judgement.Verdict, judgement.Reason));
    }

    [Fact]
    public void A_candidate_that_is_slower_than_allowed_fails()
    {
        var (fast, slow) = (LogScale.Latency.Bucket(1_000), LogScale.Latency.Bucket(2_100));
        var found = Found(100, 0, 0, 0, 0) with { Latency = new(new(fast, [100]), new(slow, [100]), new(slow, [100]), Histogram.Empty) };

        Assert.Equal(Verdict.Fail, ShadowJudge.Judge(found, Options).Verdict);
        Assert.InRange(found.Latency.Ratio(0.99)!.Value, 2.05, 2.15);
    }

    [Fact]
    public void Limits_that_nobody_set_are_not_judged()
    {
        var judgement = ShadowJudge.Judge(Found(100, 100, 100, 0, 0), Options with { Limits = new ShadowLimits(MaxErrorRateOverPrimary: 0) });

        Assert.Equal("maxErrorRateOverPrimary", Assert.Single(judgement.Findings).Name);
        Assert.Equal(Verdict.Pass, judgement.Verdict);
    }

    [Fact]
    public void What_was_not_compared_is_said_when_samples_are_missing()
    {
        var found = Found(1, 0, 0, 0, 0) with { Pairs = PairCounts.None with { Compared = 1, Rows = 1, Dropped = 77 } };

        Assert.Contains("77 copies were not compared", ShadowJudge.Judge(found, Options).Reason, StringComparison.Ordinal);
    }

    private static Comparison Found(long compared, long different, long flips, long candidateFailed, long primaryFailed)
    {
        var bucket = LogScale.Latency.Bucket(1_000);
        var times = new Histogram(bucket, [compared]);
        var output = new OutputComparison("label", compared, compared - flips, flips, 0, 0, 1, Histogram.Empty, Histogram.Empty, compared, flips, [], [], []);
        return new Comparison(
            new PairCounts(compared, candidateFailed, primaryFailed, 0, 0, 0, compared, different), new PairedLatency(times, times, Histogram.Empty, times), [output], []);
    }
}
