namespace ModelHub.Worker.Training.Tabular;

/// <summary>Metrics of a regression, in the units of the target.</summary>
internal static class RegressionMetrics
{
    public static IReadOnlyDictionary<string, double> Of(double[] predictions, double[] truth) => new Dictionary<string, double>
    {
        ["rmse"] = Rmse(predictions, truth),
        ["mae"] = predictions.Zip(truth, (p, y) => Math.Abs(p - y)).Average(),
        ["r2"] = R2(predictions, truth),
    };

    /// <summary>The root of the mean squared error.</summary>
    public static double Rmse(double[] predictions, double[] truth) =>
        Math.Sqrt(predictions.Zip(truth, (p, y) => (p - y) * (p - y)).Average());

    /// <summary>
    /// The coefficient of determination, 1 - residual / total sum of squares; for a constant truth 1 when it is met
    /// exactly, else 0.
    /// </summary>
    public static double R2(double[] predictions, double[] truth)
    {
        var mean = truth.Average();
        var total = truth.Sum(y => (y - mean) * (y - mean));
        var residual = predictions.Zip(truth, (p, y) => (p - y) * (p - y)).Sum();
        return total > 0 ? 1 - residual / total : residual > 0 ? 0 : 1;
    }
}
