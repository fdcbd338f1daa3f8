using System.Text.Json;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;
using Xunit;

namespace ModelHub.Tests.Domain.Predictions;

public sealed class QualityTests
{
    public static TheoryData<string, string, bool> Outputs => new()
    {
        { """{"label":1,"p":{"0":0.25,"1":0.75}}""", "1", true },
        { """{"score":0.3,"p":{"no":0.75,"yes":0.25}}""", "no", true },
        { """{"label":"yes","p":{"no":0.75,"yes":0.25}}""", "yes", true },
        { """{"p":[0.1,0.7,0.2]}""", "1", true },
        { """{"y":12.50}""", "12.5", false },
        { """{"y":[3]}""", "3", false },
        { """{"label":true}""", "true", false },
        { """{"features":[4.5,2,3],"label":"good"}""", "good", false },
        { """{"parts":{"a":3,"b":4},"label":"x"}""", "x", false },
    };

    [Theory]
    [MemberData(nameof(Outputs))]
    public void What_a_row_predicts_is_found_among_its_outputs(string output, string value, bool tellsProbabilities)
    {
        var predicted = Predicted.Of(JsonSerializer.Deserialize<JsonElement>(output))!;

        Assert.Equal((value, tellsProbabilities), (predicted.Value, predicted.Probabilities is not null));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"x":[1,2,3]}""")]
    [InlineData("""{"x":null}""")]
    [InlineData("7")]
    public void Other_outputs_predict_nothing(string output) => Assert.Null(Predicted.Of(JsonSerializer.Deserialize<JsonElement>(output)));

    /// <summary>Worked by hand: of 5 rows 3 are right; of 3 predicted good 2 are, of 3 good ones 2 were found.</summary>
    [Fact]
    public void The_figures_of_two_classes_are_those_of_the_textbook()
    {
        var report = Report((0.9, "good"), (0.8, "good"), (0.6, "bad"), (0.4, "good"), (0.2, "bad"));

        Assert.Equal((QualityTask.Classification, "good", 5), (report.Task, report.Positive, report.Labelled));
        Assert.Equal(0.6, report.Accuracy!.Value, 12);
        Assert.Equal(2.0 / 3, report.Precision!.Value, 12);
        Assert.Equal(2.0 / 3, report.Recall!.Value, 12);
        Assert.Equal(2.0 / 3, report.F1!.Value, 12);
        // Of 6 pairs of a good and a bad one 5 are in order.
        Assert.Equal(5.0 / 6, report.Auc!.Value, 12);
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.8) + Math.Log(0.4) + Math.Log(0.4) + Math.Log(0.8)) / 5, report.LogLoss!.Value, 12);
        Assert.Equal((0.01 + 0.04 + 0.36 + 0.36 + 0.04) / 5, report.Brier!.Value, 12);
        // Bins of confidence 0.6 (0 of 2 right), 0.8 (2 of 2) and 0.9 (1 of 1).
        Assert.Equal((1.2 + 0.4 + 0.1) / 5, report.Calibration!.Value, 12);
        Assert.Null(report.Rmse);
    }

    [Fact]
    public void The_other_class_may_be_the_one_that_counts()
    {
        var tally = Tally((0.9, "good"), (0.6, "bad"), (0.2, "bad"));

        Assert.Equal(("bad", 1, 0.5), (tally.Report("bad").Positive, tally.Report("bad").Precision, tally.Report("bad").Recall));
        Assert.Equal("good", tally.Report("unheard of").Positive);
    }

    [Fact]
    public void More_classes_are_taken_together_as_the_mean_over_them()
    {
        var tally = new QualityTally();
        foreach (var (p, label) in ((double[], string)[])[([0.8, 0.1, 0.1], "0"), ([0.2, 0.6, 0.2], "1"), ([0.5, 0.3, 0.2], "2"), ([0.1, 0.2, 0.7], "2")])
            tally.Add(Predicted.Of(JsonSerializer.SerializeToElement(new { p }))!, label);

        var report = tally.Report();

        Assert.Null(report.Positive);
        Assert.Equal(0.75, report.Accuracy!.Value, 12);
        Assert.Equal((0.5 + 1 + 1) / 3, report.Precision!.Value, 12);
        Assert.Equal((1 + 1 + 0.5) / 3, report.Recall!.Value, 12);
        Assert.Equal((0.06 + 0.24 + 0.98 + 0.14) / 4, report.Brier!.Value, 12);
        Assert.Equal((1 + 1 + 0.875) / 3, report.Auc!.Value, 12);
    }

    /// <summary>Labels 1, 2, 3 and predictions 1.5, 2, 2: mean error 0.5, squares 1.25 of a total of 2.</summary>
    [Fact]
    public void The_figures_of_a_regression_are_those_of_the_textbook()
    {
        var tally = new QualityTally();
        foreach (var (predicted, label) in ((double, string)[])[(1.5, "1"), (2, "2"), (2, "3")])
            tally.Add(new Predicted(LabelValue.Of(predicted), null), label);

        var report = tally.Report();

        Assert.Equal(QualityTask.Regression, report.Task);
        Assert.Equal((0.5, Math.Sqrt(1.25 / 3), 1 - 1.25 / 2), (report.Mae, report.Rmse, report.R2));
        Assert.Null(report.Accuracy);
    }

    [Fact]
    public void Whole_numbers_are_classes_while_there_are_few_of_them()
    {
        Assert.Equal(QualityTask.Classification, Whole(20).Task);
        Assert.Equal(QualityTask.Regression, Whole(21).Task);

        static QualityReport Whole(int different)
        {
            var tally = new QualityTally();
            for (var i = 0; i < different; i++)
                tally.Add(new Predicted(LabelValue.Of(i), null), LabelValue.Of(i));
            return tally.Report();
        }
    }

    [Fact]
    public void Without_labels_nothing_is_said()
    {
        var tally = new QualityTally();
        tally.Add(new Predicted("good", null), null);

        Assert.Equal(new QualityReport(null, 1, 0), tally.Report());
    }

    /// <summary>Duplicates and corrections, early and late: whatever the order of arrival, what was known at a moment gives the same figures as one batch.</summary>
    [Fact]
    public void The_figures_known_at_a_moment_do_not_depend_on_the_order_in_which_labels_came()
    {
        var random = new Random(11);
        var arrivals = Arrivals(random, 2_000);
        var at = LabelArrivals.Begin.AddHours(30);
        var batch = LabelArrivals.Figures(arrivals, at);

        for (var round = 0; round < 5; round++)
        {
            random.Shuffle(arrivals);

            Assert.Equal(batch, LabelArrivals.Figures(arrivals, at));
        }
        Assert.NotEqual(batch, LabelArrivals.Figures(arrivals, at.AddHours(20)));
        Assert.InRange(batch.Labelled, 500, 1_999);
    }

    private static (int Row, LabelArrival Label, Predicted Predicted)[] Arrivals(Random random, int n) => LabelArrivals.Draw(random, n);

    private static QualityReport Report(params (double Good, string Label)[] rows) => Tally(rows).Report();

    private static QualityTally Tally(params (double Good, string Label)[] rows)
    {
        var tally = new QualityTally();
        foreach (var (good, label) in rows)
            tally.Add(Predicted.Of(JsonSerializer.SerializeToElement(new { p = new { good, bad = Math.Round(1 - good, 3) } }))!, label);
        return tally;
    }
}
