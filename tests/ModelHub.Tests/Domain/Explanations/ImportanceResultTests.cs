using ModelHub.Domain.Explanations;
using ModelHub.Domain.Predictions.Quality;
using Xunit;

namespace ModelHub.Tests.Domain.Explanations;

public sealed class ImportanceResultTests
{
    [Fact]
    public void A_drop_is_how_much_worse_it_got_with_the_error_of_its_mean()
    {
        var result = ImportanceResult.Of(ImportanceMetric.Accuracy, 0.9, 100, 250, [("a", [0.9, 0.9]), ("b", [0.7, 0.8])]);

        Assert.Equal(["b", "a"], result.Columns.Select(c => c.Column));
        Assert.Equal((1, 2), (result.Columns[0].Rank, result.Columns[1].Rank));
        Assert.Equal(0.15, result.Columns[0].Drop, 12);
        Assert.Equal(0.05, result.Columns[0].StandardError!.Value, 12);
        Assert.Equal(0, result.Columns[1].Drop);
        Assert.Equal((0.9, 100, 250), (result.Baseline, result.Rows, result.RowsWithLabel));
    }

    [Theory]
    [InlineData(ImportanceMetric.Rmse, 2.0, 3.0, 1.0)]
    [InlineData(ImportanceMetric.LogLoss, 0.5, 0.4, -0.1)]
    [InlineData(ImportanceMetric.R2, 0.8, 0.5, 0.3)]
    [InlineData(ImportanceMetric.Auc, 0.8, 0.85, -0.05)]
    public void Positive_is_worse_whichever_way_the_metric_goes(ImportanceMetric metric, double baseline, double permuted, double drop) =>
        Assert.Equal(drop, ImportanceResult.Of(metric, baseline, 20, 20, [("x", [permuted])]).Columns[0].Drop, 12);

    [Fact]
    public void One_repeat_has_no_error_and_equal_columns_stand_by_name()
    {
        var result = ImportanceResult.Of(ImportanceMetric.Auc, 0.8, 20, 20, [("b", [0.7]), ("a", [0.7])]);

        Assert.Equal(["a", "b"], result.Columns.Select(c => c.Column));
        Assert.All(result.Columns, c => Assert.Null(c.StandardError));
    }

    [Theory]
    [InlineData(0, 10_000, 5, "repeats")]
    [InlineData(101, 10_000, 5, "repeats")]
    [InlineData(5, 19, 5, "maxRows")]
    [InlineData(5, 100_001, 5, "maxRows")]
    [InlineData(100, 100_000, 10, "maxRows")]
    public void What_is_out_of_bounds_is_refused_with_the_field(int repeats, int rows, int columns, string field) =>
        Assert.Equal(field, Assert.IsType<ModelHub.Domain.Basics.InvalidInput>(new ImportanceSettings("y", null, null, repeats, rows).Check(columns)).Field);

    [Fact]
    public void Usual_settings_of_a_hundred_columns_are_fine() =>
        Assert.Null(new ImportanceSettings("y").Check(100));

    [Fact]
    public void One_number_between_nought_and_one_is_the_probability_of_one_where_labels_are_such()
    {
        Predicted[] scores = [new("0.9", null), new("0.2", null)];

        var classes = SingleScores.AsClasses(scores, ["1", "0"]);
        var numbers = SingleScores.AsClasses(scores, ["1", "0.5"]);

        Assert.Equal(("1", "0"), (classes[0].Value, classes[1].Value));
        Assert.Equal(0.9, classes[0].Probabilities!.Single(p => p.Key == "1").Value, 12);
        Assert.Same(scores, numbers);
    }

    [Fact]
    public void The_usual_metric_follows_what_the_version_tells()
    {
        Assert.Equal(ImportanceMetric.Rmse, ImportanceMetrics.Usual(new QualityReport(QualityTask.Regression, 1, 1)));
        Assert.Equal(ImportanceMetric.Auc, ImportanceMetrics.Usual(new QualityReport(QualityTask.Classification, 1, 1, Auc: 0.5)));
        Assert.Equal(ImportanceMetric.Accuracy, ImportanceMetrics.Usual(new QualityReport(QualityTask.Classification, 1, 1, Accuracy: 0.5)));
    }
}
