namespace ModelHub.Worker.Training.Tabular;

/// <summary>Which of the two linear models is fitted, what it minimises on unseen rows, and how it predicts.</summary>
internal sealed record LinearFit(TabularTask Task, Design Design, double[] Truth)
{
    public double[] Coefficients(ReadOnlySpan<int> rows, double lambda, double[] start, CancellationToken ct) => Task switch
    {
        TabularTask.Classification => LogisticRegression.Fit(Design, Truth, rows, lambda, start, ct).Coefficients,
        _ => RidgeRegression.Fit(Design, Truth, rows, lambda),
    };

    /// <summary>The probability of the positive class, or the predicted value.</summary>
    public double Predict(int row, double[] coefficients) => Task switch
    {
        TabularTask.Classification => LogisticRegression.Probability(Design.Dot(row, coefficients)),
        _ => Design.Dot(row, coefficients),
    };

    /// <summary>Log loss, or the mean squared error.</summary>
    public double Loss(ReadOnlySpan<int> rows, double[] coefficients)
    {
        var predicted = new double[rows.Length];
        var truth = new double[rows.Length];
        for (var i = 0; i < rows.Length; i++) (predicted[i], truth[i]) = (Predict(rows[i], coefficients), Truth[rows[i]]);
        return Task == TabularTask.Classification
            ? ClassificationMetrics.LogLoss(predicted, truth)
            : Math.Pow(RegressionMetrics.Rmse(predicted, truth), 2);
    }
}
