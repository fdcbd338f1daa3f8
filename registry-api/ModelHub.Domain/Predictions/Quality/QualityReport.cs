namespace ModelHub.Domain.Predictions.Quality;

/// <summary>What labels are.</summary>
public enum QualityTask
{
    /// <summary>Labels name classes.</summary>
    Classification,

    /// <summary>Labels are numbers to be met.</summary>
    Regression,
}

/// <summary>
/// How good predictions were, by the labels known of them. What cannot be said is null: probabilities that no row tells, a class that
/// no label names, the other task's figures.
/// </summary>
/// <param name="Task">Null without labels.</param>
/// <param name="Predictions">Rows that were answered.</param>
/// <param name="Labelled">Those of them with a label: all figures are of these.</param>
/// <param name="Positive">Of two classes the one that precision, recall and AUC are of; null with more, when they are means over the classes.</param>
/// <param name="Accuracy">Share of rows whose class is the label.</param>
/// <param name="Precision">Share of the rows taken for the class that are of it.</param>
/// <param name="Recall">Share of the rows of the class that were taken for it.</param>
/// <param name="F1">The harmonic mean of precision and recall.</param>
/// <param name="Auc">The chance that a row of the class scores above one that is not of it.</param>
/// <param name="LogLoss">The mean negative logarithm of the probability of what came true.</param>
/// <param name="Brier">The mean squared difference of probability and truth.</param>
/// <param name="Calibration">Expected calibration error: how far confidence and truth lie apart, over ten bins.</param>
/// <param name="Mae">The mean absolute error.</param>
/// <param name="Rmse">The root of the mean squared error.</param>
/// <param name="R2">The share of the labels' variance that is explained.</param>
public sealed record QualityReport(
    QualityTask? Task, long Predictions, long Labelled, string? Positive = null,
    double? Accuracy = null, double? Precision = null, double? Recall = null, double? F1 = null, double? Auc = null, double? LogLoss = null, double? Brier = null,
    double? Calibration = null, double? Mae = null, double? Rmse = null, double? R2 = null);
