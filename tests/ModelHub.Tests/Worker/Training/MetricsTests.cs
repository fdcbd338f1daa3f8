using ModelHub.Worker.Training.Tabular;
using Xunit;

namespace ModelHub.Tests.Worker.Training;

public sealed class MetricsTests
{
    [Fact]
    public void Classification_metrics_of_a_worked_example()
    {
        double[] p = [0.9, 0.8, 0.3, 0.3], y = [1, 0, 1, 0];

        // Pairs (positive, negative): 0.9>0.8, 0.9>0.3, 0.3<0.8, 0.3=0.3 → (1 + 1 + 0 + ½) / 4
        Assert.Equal(0.625, ClassificationMetrics.Auc(p, y), 12);
        Assert.Equal(0.5, ClassificationMetrics.Accuracy(p, y), 12);
        Assert.Equal((0.01 + 0.64 + 0.49 + 0.09) / 4, ClassificationMetrics.Brier(p, y), 12);
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.2) + Math.Log(0.3) + Math.Log(0.7)) / 4, ClassificationMetrics.LogLoss(p, y), 12);
    }

    [Fact]
    public void The_area_is_a_half_when_a_class_is_absent_or_all_scores_tie()
    {
        Assert.Equal(0.5, ClassificationMetrics.Auc([0.1, 0.9], [1, 1]));
        Assert.Equal(0.5, ClassificationMetrics.Auc([0.4, 0.4, 0.4], [1, 0, 1]));
    }

    [Fact]
    public void Regression_metrics_of_a_worked_example()
    {
        var metrics = RegressionMetrics.Of([1, 2, 5], [1, 3, 3]);

        Assert.Equal(Math.Sqrt(5.0 / 3), metrics["rmse"], 12);
        Assert.Equal(1, metrics["mae"], 12);
        // Total sum of squares around 7/3 is 8/3, residual 5.
        Assert.Equal(1 - 5 / (8.0 / 3), metrics["r2"], 12);
    }
}
