using ModelHub.Domain.Monitoring;
using Xunit;

namespace ModelHub.Tests.Domain.Monitoring;

/// <summary>Accuracy before labels have come, by those that came of earlier rows.</summary>
public sealed class RecalibrationTests
{
    [Fact]
    public void The_share_that_was_right_takes_the_place_of_what_the_model_says()
    {
        var known = ConceptDriftTests.Told(Enumerable.Range(0, 400).Select(i => ("a", 0.95, i < 320 ? "a" : "b")));

        var expected = Recalibration.Of(Sure(Enumerable.Repeat(0.95, 1_000)), known)!;

        Assert.Equal(0.8, expected.Accuracy, 2);
        Assert.Equal(3.0902 * Math.Sqrt(0.16 / 402 + 0.16 / 1_000), expected.Error, 2);
    }

    [Theory]
    [InlineData(2.5)]
    [InlineData(0.4)]
    public void On_chances_that_are_not_true_it_is_closer_to_the_truth_than_what_the_model_says(double confidence)
    {
        var random = new Random(31);
        var (closer, within) = (0, 0);
        for (var run = 0; run < 100; run++)
        {
            var known = ConceptDriftTests.Told(Rows(random, 1_500, confidence, 0).Select(r => (r.Class, r.Sure, r.Label)));
            // The rows to come are others than those with labels: harder ones.
            var now = Rows(random, 2_000, confidence, 0.3).ToList();
            var (truth, said) = (now.Average(r => r.Class == r.Label ? 1.0 : 0), now.Average(r => r.Sure));

            var expected = Recalibration.Of(Sure(now.Select(r => r.Sure)), known)!;

            closer += Math.Abs(expected.Accuracy - truth) < Math.Abs(said - truth) ? 1 : 0;
            within += Math.Abs(expected.Accuracy - truth) <= expected.Error ? 1 : 0;
        }

        Assert.Equal(100, closer);
        Assert.InRange(within, 98, 100);
    }

    [Fact]
    public void Chances_that_are_true_stay_as_they_are()
    {
        var random = new Random(32);
        var known = ConceptDriftTests.Told(Rows(random, 5_000, 1, 0).Select(r => (r.Class, r.Sure, r.Label)));
        var now = Rows(random, 5_000, 1, 0).ToList();

        var expected = Recalibration.Of(Sure(now.Select(r => r.Sure)), known)!;

        Assert.InRange(expected.Accuracy - now.Average(r => r.Sure), -expected.Error, expected.Error);
        Assert.InRange(expected.Error, 0, 0.04);
    }

    [Fact]
    public void Without_rows_labels_or_chances_nothing_is_expected()
    {
        var known = ConceptDriftTests.Told(Enumerable.Range(0, 400).Select(i => ("a", 0.95, "a")));

        Assert.Null(Recalibration.Of(ConfidenceCounts.None, known));
        Assert.Null(Recalibration.Of(Sure([0.5]), Outcomes.None));
    }

    /// <summary>The true chance of the class is σ(|x|); the model says σ(confidence · |x|).</summary>
    private static IEnumerable<(string Class, double Sure, string Label)> Rows(Random random, int count, double confidence, double nearer)
    {
        for (var i = 0; i < count; i++)
        {
            var x = ConceptDriftTests.Normal(random) * (2 - 2 * nearer);
            var right = random.NextDouble() < 1 / (1 + Math.Exp(-Math.Abs(x)));
            yield return (x > 0 ? "b" : "a", 1 / (1 + Math.Exp(-confidence * Math.Abs(x))), right == x > 0 ? "b" : "a");
        }
    }

    private static ConfidenceCounts Sure(IEnumerable<double> sure)
    {
        var (rows, sums) = (new long[ConfidenceCounts.Bins], new double[ConfidenceCounts.Bins]);
        foreach (var value in sure)
        {
            var bin = Math.Min(ConfidenceCounts.Bins - 1, (int)(value * ConfidenceCounts.Bins));
            rows[bin]++;
            sums[bin] += value;
        }
        return new(rows, sums);
    }
}
