using ModelHub.Domain.Monitoring;
using Xunit;

namespace ModelHub.Tests.Domain.Monitoring;

/// <summary>Small tables, each worked out by hand or with scipy.</summary>
public sealed class DriftFormulaTests
{
    [Fact]
    public void The_stability_index_of_what_moved_between_two_bins_is_known()
    {
        Assert.Equal(0.4 * Math.Log(1.8) - 0.4 * Math.Log(0.2), Psi.Of([50, 50], [900, 100])!.Value, 12);
        Assert.Equal(0, Psi.Of([5, 0, 5], [50, 0, 50])!.Value, 12);
    }

    [Fact]
    public void An_empty_bin_counts_as_the_least_share()
    {
        Assert.Equal((1 - 1e-4) * Math.Log(1 / 1e-4) * 2, Psi.Of([10, 0], [0, 10])!.Value, 9);
        Assert.Equal((1 - 1e-6) * Math.Log(1 / 1e-6) * 2, Psi.Of([10, 0], [0, 10], 1e-6)!.Value, 9);
    }

    [Fact]
    public void The_distance_of_Jensen_and_Shannon_is_0_for_the_same_and_1_for_what_shares_nothing()
    {
        Assert.Equal(0, JensenShannon.Of([1, 2, 3], [10, 20, 30])!.Value, 9);
        Assert.Equal(1, JensenShannon.Of([7, 0], [0, 9])!.Value, 12);
        Assert.Equal(Math.Sqrt(0.5), JensenShannon.Of([1, 1, 0], [1, 0, 1])!.Value, 12);
    }

    [Theory]
    [InlineData(142, 2492, 313, 70, 1521.299987395518, 0)]
    [InlineData(713, 1903, 119, 261, 2.7272709405198485, 0.0986477208094004)]
    [InlineData(10, 10, 10, 10, 0, 1)]
    public void Chi_square_is_the_one_of_the_table_without_correction(long a, long b, long c, long d, double statistic, double p)
    {
        var test = ChiSquare.Of([a, b, 0], [c, d, 0])!;

        Assert.Equal(1, test.Degrees);
        Assert.Equal(statistic, test.Statistic, 8);
        Assert.Equal(p, test.PValue, 10);
    }

    [Theory]
    [InlineData(1, 3.841458820694124, 0.05)]
    [InlineData(9, 27.877164871256568, 0.001)]
    [InlineData(2, 1, 0.6065306597126334)]
    [InlineData(100, 124.34211340400407, 0.05)]
    public void The_tail_of_chi_square_is_the_one_of_the_tables(int degrees, double x, double p)
    {
        // Half of the window's mass moved so that the statistic is x is not to be had in whole counts: the tail is what is tested.
        Assert.Equal(p, IncompleteGamma.Q(degrees / 2.0, x / 2), 9);
    }

    [Fact]
    public void The_largest_distance_of_two_functions_is_found_behind_equal_values()
    {
        Assert.Equal(0.5, KolmogorovSmirnov.OfSamples([1, 2, 3, 4], [3, 4, 5, 6]), 12);
        Assert.Equal(0, KolmogorovSmirnov.OfSamples([1, 1, 2], [2, 1, 1]), 12);
        Assert.Equal(0.5, KolmogorovSmirnov.OfBins([2, 2, 0], [0, 2, 2])!.Value, 12);
    }

    [Theory]
    [InlineData(0.020833333333333315, 2880, 2880, 0.5524338215980025)]
    [InlineData(0.0524, 1097, 1098, 0.0951)]
    [InlineData(0.4, 2634, 99, 0)]
    public void The_chance_of_a_distance_is_the_one_of_one_sample(double d, long n, long m, double p) =>
        Assert.Equal(p, KolmogorovSmirnov.PValue(d, n, m), p is 0.5524338215980025 ? 7 : 3);

    [Fact]
    public void Moving_all_values_by_three_is_a_distance_of_three()
    {
        Assert.Equal(3, Wasserstein.OfSamples([1, 2, 3], [4, 5, 6]), 12);
        Assert.Equal(0.25, Wasserstein.OfSamples([0, 1], [0, 0, 1, 0]), 12);
    }

    [Fact]
    public void In_bins_values_lie_evenly_and_what_is_outside_lies_at_the_edge()
    {
        Assert.Equal(1, Wasserstein.OfBins([0, 1, 2], [0, 10, 0, 0], [0, 0, 10, 0])!.Value, 12);
        Assert.Equal(2, Wasserstein.OfBins([0, 1, 2], [10, 0, 0, 0], [0, 0, 0, 10])!.Value, 12);
        // The functions cross: 0 → 0.5 → 0 → −0.5 → 0.
        Assert.Equal(0.5 * 4 / 2, Wasserstein.OfBins([0, 1, 2, 3, 4], [0, 5, 0, 0, 5, 0], [0, 0, 5, 5, 0, 0])!.Value, 12);
    }

    [Fact]
    public void Nothing_counted_tells_nothing()
    {
        Assert.Null(Psi.Of([0], [1]));
        Assert.Null(JensenShannon.Of([1], [0]));
        Assert.Null(ChiSquare.Of([0], [1]));
        Assert.Null(KolmogorovSmirnov.OfBins([1], [0]));
        Assert.Null(Wasserstein.OfBins([0, 1], [0, 0, 0], [0, 1, 0]));
    }

    [Fact]
    public void Corrected_chances_grow_with_the_number_of_tests_and_keep_their_order()
    {
        Assert.Equal([0.03, 0.06, 0.06], Holm.Correct([0.01, 0.04, 0.03]).Select(p => Math.Round(p, 12)));
        Assert.Equal([1, 1], Holm.Correct([0.9, 0.8]));
        Assert.Equal([0.02], Holm.Correct([0.02]));
        Assert.Empty(Holm.Correct([]));
    }
}
