using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using Xunit;

namespace ModelHub.Tests.Domain.Monitoring;

public sealed class JudgeWindowTests
{
    private static readonly Baseline Training = new([],
    [
        new("age", new NumberBins([18, 40, 60]), null, false, [0, 450, 450, 0], 100),
        new("purpose", null, ["car", "house"], true, [600, 400, 0], 0),
        new("town", null, ["here"], false, [500, 500], 0),
    ], false);

    private static readonly TrafficSketch Usual = new(
        Training.Fingerprint, 1_000, 0, 1_000, 0, [new("age", [0, 450, 450, 0], 0), new("purpose", [600, 400, 0], 0), new("town", [500, 500], 0)], [], ConfidenceCounts.None);

    [Fact]
    public void Traffic_like_the_training_data_breaks_no_limit() =>
        Assert.DoesNotContain(Judge(Usual), v => v.Breached == true);

    [Fact]
    public void Missing_values_are_held_against_what_the_baseline_missed()
    {
        var values = Judge(Usual with { Columns = [new("age", [0, 350, 350, 0], 0), .. Usual.Columns.Skip(1)] });

        var nulls = values.Single(v => v is { Measure: Measures.NullShare, Column: "age" });
        Assert.Equal((0.3, 0.2, true), (nulls.Value, Math.Round(nulls.Threshold!.Value, 9), nulls.Breached));
        Assert.False(Judge(Usual).Single(v => v is { Measure: Measures.NullShare, Column: "age" }).Breached);
    }

    [Fact]
    public void What_is_out_of_range_unknown_or_of_another_type_is_told_by_its_column()
    {
        var values = Judge(Usual with { Unusual = 200, Columns = [new("age", [60, 330, 330, 60], 120), new("purpose", [500, 300, 200], 0), new("town", [100, 900], 0)] });

        Assert.Equal((120 / 780.0, true), (Of(Measures.OutOfRangeShare, "age").Value, Of(Measures.OutOfRangeShare, "age").Breached));
        Assert.Equal((0.12, true), (Of(Measures.TypeErrorShare, "age").Value, Of(Measures.TypeErrorShare, "age").Breached));
        Assert.Equal((0.2, true), (Of(Measures.UnseenShare, "purpose").Value, Of(Measures.UnseenShare, "purpose").Breached));
        Assert.Equal((0.2, true), (Of(Measures.UnusualShare, null).Value, Of(Measures.UnusualShare, null).Breached));
        // The profile does not name all towns there were.
        Assert.DoesNotContain(values, v => v is { Measure: Measures.UnseenShare, Column: "town" });

        MonitorValue Of(string measure, string? column) => values.Single(v => v.Measure == measure && v.Column == column);
    }

    [Fact]
    public void A_few_bad_rows_are_no_certainty()
    {
        var policy = MonitoringPolicy.Default with { MinimumSamples = 30 };

        var values = Judge(Usual with { Rows = 40, Unusual = 1, Columns = [new("age", [0, 18, 18, 0], 0)] }, policy);

        var unusual = values.Single(v => v.Measure == Measures.UnusualShare);
        Assert.Equal((0.025, false), (unusual.Value, unusual.Breached));
    }

    [Fact]
    public void Predictions_that_moved_from_where_they_began_are_told()
    {
        TrafficSketch Saying(Histogram positive) => Usual with { Outputs = [new("p", Distribution.None with { Sampled = 1_000, Positive = positive })] };

        var values = Judge(Saying(new(300, [500, 500])), before: Saying(new(300, [900, 100])));

        var psi = Assert.Single(values, v => v.Measure == Measures.PredictionPsi);
        Assert.Equal(("p", true), (psi.Column, psi.Breached));
        Assert.InRange(psi.Bound!.Value, 0, psi.Value!.Value);
        Assert.Null(Judge(Saying(new(300, [500, 500]))).Single(v => v.Measure == Measures.PredictionPsi).Value);
    }

    [Fact]
    public void How_sure_a_classifier_is_estimates_its_accuracy()
    {
        var estimate = Judge(Usual with { Confidence = new([0, 500, 500], [0, 300, 450]) }).Single(v => v.Measure == Measures.EstimatedAccuracy);

        Assert.Equal((0.75, 1_000, true), (estimate.Value, estimate.Samples, estimate.Estimated));
    }

    [Fact]
    public void Labels_tell_quality_as_a_whole_and_by_segment_also_when_there_is_no_traffic()
    {
        var facts = Facts(TrafficSketch.None, MonitoringPolicy.Default with { Limits = [new(Measures.Accuracy, Below: 0.8)] }) with
        {
            Quality = [new(null, new QualityReport(QualityTask.Classification, 900, 800, Accuracy: 0.7, Auc: 0.9)), new("north", new QualityReport(QualityTask.Classification, 90, 80, Accuracy: 0.1))],
        };

        var values = JudgeWindow.Of(facts);

        Assert.Equal((0.7, true, 800), values.Where(v => v is { Measure: Measures.Accuracy, Segment: null }).Select(v => (v.Value, v.Breached, v.Samples)).Single());
        Assert.Equal((0.9, null), values.Where(v => v.Measure == Measures.Auc).Select(v => (v.Value, v.Breached)).Single());
        Assert.Equal((null, null, 80), values.Where(v => v.Segment == "north").Select(v => (v.Value, v.Breached, v.Samples)).Single());
        Assert.Equal(4, values.Count);
    }

    [Fact]
    public void Sketches_add_up_and_those_of_other_bins_count_as_unseen()
    {
        var sum = Usual.Merge(Usual).Merge(Usual with { Bins = 12345 });

        Assert.Equal((3_000, 1_000, 2_000), (sum.Requests, sum.Unseen, sum.Rows));
        Assert.Equal([0, 900, 900, 0], sum.Columns[0].Slots);
        Assert.Equal(200, sum.Nulls(sum.Columns[0]));
        Assert.Equal(Usual, TrafficSketch.None.Merge(Usual));
    }

    private static IReadOnlyList<MonitorValue> Judge(TrafficSketch sketch, MonitoringPolicy? policy = null, TrafficSketch? before = null) =>
        JudgeWindow.Of(Facts(sketch, policy ?? MonitoringPolicy.Default) with { PredictionBaseline = before });

    private static WindowFacts Facts(TrafficSketch sketch, MonitoringPolicy policy) => new(
        EndpointId.New(Sample.Now), VariantId.New(Sample.Now), VersionId.New(Sample.Now), Sample.Now.AddMinutes(-5), Sample.Now, policy, Training, null, null, sketch, TrafficSum.None);
}
