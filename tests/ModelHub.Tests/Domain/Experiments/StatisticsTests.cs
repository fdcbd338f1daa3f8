using ModelHub.Domain.Experiments;
using ModelHub.Domain.Rollouts;
using Xunit;

namespace ModelHub.Tests.Domain.Experiments;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(1000, 0.01, 0.05, 0.09606401928868574)]
    [InlineData(200, 0.005, 0.05, 0.2585461608237091)]
    public void A_radius_is_what_the_formula_says(double n, double rho2, double alpha, double radius) =>
        Assert.Equal(radius, ConfidenceSequence.Radius(n, rho2, alpha), 12);

    [Fact]
    public void It_is_tightest_where_it_was_asked_to_be()
    {
        var rho2 = ConfidenceSequence.Rho2(2_000, 0.05);
        Assert.Equal(0.0039680773008687826, rho2, 12);

        double At(double chosen) => ConfidenceSequence.Radius(2_000, chosen, 0.05);

        Assert.True(At(rho2) < At(rho2 * 2) && At(rho2) < At(rho2 / 2));
    }

    [Fact]
    public void The_interval_of_two_rates_is_what_the_formula_says()
    {
        // 100 and 200 of 1000: Bernoulli variances of a sample.
        var interval = ConfidenceSequence.Of(Rate(0, 1_000, 0.1), Rate(1, 1_000, 0.2), 0.05, 100)!;

        Assert.Equal(0.1, interval.Difference, 12);
        Assert.Equal(0.04801488136659151, interval.High - interval.Difference, 10);
        Assert.Equal(interval.Difference - interval.Low, interval.High - interval.Difference, 12);
    }

    public static TheoryData<ArmTotals, ArmTotals> TellsNothing => new()
    {
        { Rate(0, 99, 0.1), Rate(1, 1_000, 0.9) },
        { Rate(0, 1_000, 0.1), Rate(1, 99, 0.9) },
        { new(0, 200, 200, 1, 0), new(1, 200, 200, 2, 0) },
        { new(0, 200, 200, double.NaN, 1), Rate(1, 200, 0.9) },
        { Rate(0, 200, 0.1), new(1, 200, 200, double.PositiveInfinity, double.PositiveInfinity) },
        { Rate(0, 200, 0.1), new(1, 200, 200, 1, double.NaN) },
        { Rate(0, 200, 0.1), new(1, 200, 200) },
    };

    [Theory]
    [MemberData(nameof(TellsNothing))]
    public void Too_few_values_or_none_that_vary_or_no_numbers_tell_nothing(ArmTotals control, ArmTotals arm) =>
        Assert.Null(ConfidenceSequence.Of(control, arm, 0.05, 100));

    [Theory]
    [InlineData(new long[] { 200, 200 }, new double[] { 50, 50 }, 1)]
    [InlineData(new long[] { 260, 140 }, new double[] { 50, 50 }, 4.124049902038968e-07)]
    [InlineData(new long[] { 700, 200, 100 }, new double[] { 70, 20, 10 }, 1)]
    [InlineData(new long[] { 5_000, 5_400 }, new double[] { 50, 50 }, 0.006337013535472044)]
    [InlineData(new long[] { 0, 30 }, new double[] { 50, 50 }, 1.7020381872759874e-05)]
    [InlineData(new long[] { 90, 10 }, new double[] { 99, 1 }, 6.022581830736449e-05)]
    [InlineData(new long[] { 0, 0 }, new double[] { 50, 50 }, 1)]
    public void A_sample_ratio_has_the_p_value_of_the_formula(long[] counts, double[] shares, double p) =>
        Assert.Equal(1, SampleRatio.PValue(counts, shares) / p, 6);

    /// <summary>
    /// A thousand experiments between arms that are the same, looked at after every key: how many ever call a difference. At a level of
    /// 5 % more than 72 would be seen once in a thousand times.
    /// </summary>
    [Theory]
    [InlineData("coin", 11)]
    [InlineData("skewed", 12)]
    public void Looking_after_every_key_keeps_the_level(string values, int seed)
    {
        var (runs, level) = (1_000, 0.05);
        var random = new Random(seed);
        double Draw() => values == "coin" ? (random.NextDouble() < 0.2 ? 1 : 0) : -Math.Log(1 - random.NextDouble());

        var (called, mismatches) = (0, 0);
        for (var run = 0; run < runs; run++)
        {
            var arms = new Moments[2];
            var (differs, unfair) = (false, false);
            for (var key = 0; key < 1_000 && !(differs && unfair); key++)
            {
                arms[random.Next(2)].Add(Draw());
                differs |= ConfidenceSequence.Of(arms[0].Totals(0), arms[1].Totals(1), level, 50) is { } interval && (interval.Low > 0 || interval.High < 0);
                unfair |= key % 10 == 0 && SampleRatio.PValue([arms[0].Count, arms[1].Count], [50, 50]) <= level;
            }
            (called, mismatches) = (called + (differs ? 1 : 0), mismatches + (unfair ? 1 : 0));
        }

        Assert.True(Binomial.Tail(called, runs, level) > 0.001, $"{called} of {runs} called a difference");
        Assert.True(Binomial.Tail(mismatches, runs, level) > 0.001, $"{mismatches} of {runs} called a mismatch");
    }

    [Fact]
    public void A_difference_that_is_there_is_found()
    {
        var random = new Random(13);
        var arms = new Moments[2];
        var keys = 0;
        while (keys < 20_000 && !(ConfidenceSequence.Of(arms[0].Totals(0), arms[1].Totals(1), 0.05, 100) is { Low: > 0 }))
        {
            var arm = keys++ % 2;
            arms[arm].Add(random.NextDouble() < (arm == 0 ? 0.1 : 0.15) ? 1 : 0);
        }

        Assert.InRange(keys, 200, 6_000);
    }

    internal static ArmTotals Rate(int arm, long n, double rate) => new(arm, n, n, rate, rate * (1 - rate) * n / (n - 1));
}
