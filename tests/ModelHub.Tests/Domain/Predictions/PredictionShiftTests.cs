using ModelHub.Domain.Predictions;
using ModelHub.Domain.Shadows;
using Xunit;

namespace ModelHub.Tests.Domain.Predictions;

public sealed class PredictionShiftTests
{
    [Fact]
    public void Classes_that_moved_are_told_by_the_index_of_population_stability()
    {
        var shift = PredictionShift.Psi(Classes(("good", 90_000), ("bad", 10_000)), Classes(("good", 50_000), ("bad", 50_000)))!.Value;

        Assert.Equal(0.8789, shift, 3);
    }

    [Fact]
    public void Scores_of_one_kind_do_not_shift_and_others_do()
    {
        var (one, same, other) = (Scores(1, 0), Scores(2, 0), Scores(3, 0.15));

        Assert.InRange(PredictionShift.Psi(same, one)!.Value, 0, 0.02);
        Assert.InRange(PredictionShift.Psi(other, one)!.Value, 0.25, 5);
    }

    [Fact]
    public void A_class_that_only_one_side_knows_leaves_the_index_finite()
    {
        var shift = PredictionShift.Psi(Classes(("good", 500), ("new", 500)), Classes(("good", 1_000)))!.Value;

        Assert.InRange(shift, 0.25, 100);
    }

    [Fact]
    public void Numbers_below_and_above_zero_are_told_apart()
    {
        var (below, above) = (Distribution.None with { Sampled = 200, Negative = new(300, [200]) }, Distribution.None with { Sampled = 200, Positive = new(300, [200]) });

        Assert.InRange(PredictionShift.Psi(below, above)!.Value, 1, 100);
        Assert.Equal(0, PredictionShift.Psi(above, above)!.Value, 9);
    }

    [Fact]
    public void Too_few_samples_and_things_of_two_kinds_tell_nothing()
    {
        Assert.Null(PredictionShift.Psi(Classes(("good", 99)), Classes(("good", 1_000))));
        Assert.Null(PredictionShift.Psi(Classes(("good", 1_000)), Classes(("good", 99))));
        Assert.Null(PredictionShift.Psi(Classes(("good", 1_000)), Scores(1, 0)));
        Assert.Null(PredictionShift.Psi(Distribution.None, Distribution.None));
    }

    /// <summary>Two halves of one distribution show what chance is said to show, and no less; what is beyond doubt lies below the truth.</summary>
    [Theory]
    [InlineData(200)]
    [InlineData(2_000)]
    public void What_chance_shows_is_known(int n)
    {
        const int Pairs = 1_000;
        var shifts = Enumerable.Range(0, Pairs).Select(i => PredictionShift.Of(Scores(2 * i, 0, n), Scores(2 * i + 1, 0, n))!).ToList();

        Assert.InRange(shifts.Count(s => s.Index > s.Chance), 0, 10);
        Assert.InRange(shifts.Count(s => s.Index > s.Chance / 3), Pairs / 10, Pairs);
        Assert.All(shifts, s => Assert.True(s.AtLeast <= 0.01, $"{s}"));
        // 27.9 with ten bins; 29.6 and 31.3 with one or two more for what lies below and above.
        Assert.All(shifts, s => Assert.InRange(s.Chance * n / 2, 27, 32));
    }

    /// <summary>50:50 and 60:40 lie 0.1 · ln 1.2 + (−0.1) · ln 0.8 = 0.0405 apart: what is said to be certain is wrong about once in a thousand.</summary>
    [Fact]
    public void What_is_beyond_doubt_is_hardly_ever_wrong_and_known_after_a_while()
    {
        var random = new Random(7);
        var shifts = Enumerable.Range(0, 2_000).Select(_ => PredictionShift.Of(Draw(0.6), Draw(0.5))!.AtLeast).ToList();

        Assert.InRange(shifts.Count(atLeast => atLeast > 0.0405), 0, 10);
        Assert.All(shifts, atLeast => Assert.InRange(atLeast, -0.05, 0.08));
        Assert.InRange(PredictionShift.Of(Classes(("good", 60_000), ("bad", 40_000)), Classes(("good", 50_000), ("bad", 50_000)))!.AtLeast, 0.03, 0.0405);

        Distribution Draw(double share)
        {
            var good = Enumerable.Range(0, 1_000).Count(_ => random.NextDouble() < share);
            return Classes(("good", good), ("bad", 1_000 - good));
        }
    }

    [Fact]
    public void It_does_not_matter_in_which_order_windows_are_merged()
    {
        var parts = Enumerable.Range(0, 20).Select(i => Scores(i, i * 0.01)).ToArray();
        var (forth, back) = (parts.Aggregate((a, b) => a.Merge(b)), parts.Reverse().Aggregate((a, b) => a.Merge(b)));

        Assert.Equal(PredictionShift.Psi(forth, parts[0]), PredictionShift.Psi(back, parts[0]));
    }

    private static Distribution Classes(params (string Class, long Count)[] classes) =>
        Distribution.None with { Sampled = classes.Sum(c => c.Count), Classes = [.. classes.Select(c => new ClassCount(c.Class, c.Count))] };

    // Draws from the square of a uniform variable, moved.
    private static Distribution Scores(int seed, double by, int n = 5_000)
    {
        var random = new Random(seed);
        var counts = new long[LogScale.Difference.Buckets];
        for (var i = 0; i < n; i++)
            counts[LogScale.Difference.Bucket(Math.Pow(random.NextDouble(), 2) + by)]++;
        return Distribution.None with { Sampled = n, Positive = new(0, counts) };
    }
}
