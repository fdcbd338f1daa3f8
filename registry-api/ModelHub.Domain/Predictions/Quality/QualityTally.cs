namespace ModelHub.Domain.Predictions.Quality;

/// <summary>
/// Takes predictions with the labels known of them, in any order, and tells how good they were: the same figures to the last bit whatever
/// the order, because counts are whole and sums are taken of values put in order.
/// </summary>
public sealed class QualityTally
{
    private readonly List<(Predicted Predicted, string Label)> rows = [];
    private long predictions;

    /// <summary>Rows without an answer are no predictions; without a label they only count.</summary>
    public void Add(LabelledPrediction row)
    {
        if (row.Outcome != PredictionOutcome.Answered || row.Output is not { } output || Predicted.Of(output) is not { } predicted)
            return;
        Add(predicted, row.Label?.Value);
    }

    /// <param name="label">Null: none is known.</param>
    public void Add(Predicted predicted, string? label)
    {
        predictions++;
        if (label is not null)
            rows.Add((predicted, label));
    }

    /// <param name="positive">Of two classes the one that counts; null: the later one in the order of their names, so 1 of 0 and 1, true of false and true.</param>
    public QualityReport Report(string? positive = null)
    {
        var empty = new QualityReport(null, predictions, rows.Count);
        return rows.Count == 0 ? empty
            : QualityTasks.Of(rows) == QualityTask.Classification ? ClassFigures.Of(rows, positive, empty with { Task = QualityTask.Classification })
            : NumberFigures.Of([.. rows.Select(r => (LabelValue.Number(r.Predicted.Value), LabelValue.Number(r.Label)))], empty with { Task = QualityTask.Regression });
    }
}
