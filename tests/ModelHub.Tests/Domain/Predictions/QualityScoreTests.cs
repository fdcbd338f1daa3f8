using System.Globalization;
using System.Text.Json;
using ModelHub.Domain.Models;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Domain.Rollouts;
using Xunit;

namespace ModelHub.Tests.Domain.Predictions;

public sealed class QualityScoreTests
{
    private static readonly DateTimeOffset T = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_request_counts_once_with_the_mean_of_its_rows()
    {
        var request = PredictionId.New(T);

        var score = QualityScore.Of([Row("a", "a", request), Row("a", "b", request), Row("a", "a"), Row("a", null), Row("a", "a") with { Outcome = PredictionOutcome.Failed }]);

        Assert.Equal((QualityTask.Classification, 2, 1.5), (score.Task, score.Requests, score.Sum));
    }

    /// <summary>The mean over requests of 1 − error² / variance is the R² of the report.</summary>
    [Fact]
    public void Of_numbers_the_mean_is_the_coefficient_of_determination()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 400).Select(_ => random.NextDouble() * 10)
            .Select(y => Row((y + random.NextDouble()).ToString("R", CultureInfo.InvariantCulture), y.ToString("R", CultureInfo.InvariantCulture))).ToList();
        var tally = new QualityTally();
        rows.ForEach(tally.Add);

        var score = QualityScore.Of(rows);

        Assert.Equal(tally.Report().R2!.Value, score.Mean!.Value, 9);
        Assert.InRange(score.AtLeast, score.Mean.Value - 0.05, score.Mean.Value);
        Assert.InRange(score.AtMost, score.Mean.Value, score.Mean.Value + 0.05);
    }

    /// <summary>With 3 of 10 and 80 of 100 right: what is said to be beyond doubt holds the truth all but once in a thousand.</summary>
    [Theory]
    [InlineData(0.8, 100)]
    [InlineData(0.5, 400)]
    public void The_bounds_hold_the_truth(double truth, int n)
    {
        var random = new Random(2);
        var scores = Enumerable.Range(0, 2_000).Select(_ => Enumerable.Range(0, n).Count(_ => random.NextDouble() < truth))
            .Select(right => new QualityScore(QualityTask.Classification, n, right, right)).ToList();

        Assert.InRange(scores.Count(s => s.AtLeast > truth), 0, 6);
        Assert.InRange(scores.Count(s => s.AtMost < truth), 0, 6);
        Assert.All(scores, s => Assert.InRange(s.AtMost - s.AtLeast, 0, 8 * Math.Sqrt(truth * (1 - truth) / n) + 0.02));
    }

    [Fact]
    public void Nothing_is_said_of_nothing_and_of_numbers_that_are_all_the_same()
    {
        Assert.Null(QualityScore.Of([]).Mean);
        Assert.Null(QualityScore.Of([Row("1.5", "2.5"), Row("2.5", "2.5")]).Mean);
    }

    private static LabelledPrediction Row(string value, string? label, PredictionId? request = null) => new(
        request ?? PredictionId.New(T), "r", 0, T, VersionId.New(T), VariantId.New(T), PredictionOutcome.Answered, 1, null,
        JsonSerializer.SerializeToElement(new { y = value }), label is null ? null : new KnownLabel(label, T, T));
}
