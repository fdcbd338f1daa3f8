namespace ModelHub.Domain.Predictions.Quality;

internal static class QualityTasks
{
    /// <summary>Whole numbers are classes as long as there are no more of them.</summary>
    public const int MostClasses = 20;

    /// <summary>
    /// Names and probabilities are of classes, fractions are not. Whole numbers may be either: a few different ones are taken for classes.
    /// </summary>
    public static QualityTask Of(IReadOnlyCollection<(Predicted Predicted, string Label)> rows) => AreClasses(rows) ? QualityTask.Classification : QualityTask.Regression;

    private static bool AreClasses(IReadOnlyCollection<(Predicted Predicted, string Label)> rows)
    {
        if (rows.Any(r => r.Predicted.Probabilities is not null || LabelValue.Number(r.Predicted.Value) is null || LabelValue.Number(r.Label) is null))
            return true;
        return rows.All(r => IsWhole(r.Predicted.Value) && IsWhole(r.Label))
            && rows.SelectMany(r => new[] { r.Predicted.Value, r.Label }).Distinct(StringComparer.Ordinal).Count() <= MostClasses;
    }

    private static bool IsWhole(string value) => LabelValue.Number(value) is { } number && Math.Floor(number) == number;
}
