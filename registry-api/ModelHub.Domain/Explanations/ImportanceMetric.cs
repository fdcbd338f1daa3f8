using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Domain.Explanations;

/// <summary>What is measured before and after a column is permuted; as the quality of predictions is.</summary>
public enum ImportanceMetric
{
    /// <summary>The share of rows that are right.</summary>
    Accuracy,

    /// <summary>The area under the ROC curve; of more than two classes the mean over them.</summary>
    Auc,

    /// <summary>The mean negative logarithm of the probability of what is true.</summary>
    LogLoss,

    /// <summary>The mean squared difference of probability and truth.</summary>
    Brier,

    /// <summary>The root of the mean squared error.</summary>
    Rmse,

    /// <summary>The mean absolute error.</summary>
    Mae,

    /// <summary>The share of the variance that is explained.</summary>
    R2,
}

public static class ImportanceMetrics
{
    public static bool IsLoss(this ImportanceMetric metric) => metric is ImportanceMetric.LogLoss or ImportanceMetric.Brier or ImportanceMetric.Rmse or ImportanceMetric.Mae;

    public static bool IsOfClasses(this ImportanceMetric metric) => metric <= ImportanceMetric.Brier;

    /// <summary>Null where the report cannot say it: probabilities that nobody tells, rows of one class only.</summary>
    public static double? In(this ImportanceMetric metric, QualityReport report) => metric switch
    {
        ImportanceMetric.Accuracy => report.Accuracy,
        ImportanceMetric.Auc => report.Auc,
        ImportanceMetric.LogLoss => report.LogLoss,
        ImportanceMetric.Brier => report.Brier,
        ImportanceMetric.Rmse => report.Rmse,
        ImportanceMetric.Mae => report.Mae,
        _ => report.R2,
    };

    /// <summary>AUC where rows tell probabilities, else accuracy; of numbers the root of the mean squared error.</summary>
    public static ImportanceMetric Usual(QualityReport report) =>
        report.Task == QualityTask.Regression ? ImportanceMetric.Rmse : report.Auc is null ? ImportanceMetric.Accuracy : ImportanceMetric.Auc;
}
