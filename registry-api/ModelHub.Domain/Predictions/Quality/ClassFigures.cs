namespace ModelHub.Domain.Predictions.Quality;

/// <summary>The figures of a classification.</summary>
internal static class ClassFigures
{
    /// <param name="rows">At least one.</param>
    public static QualityReport Of(IReadOnlyList<(Predicted Predicted, string Label)> rows, string? positive, QualityReport report)
    {
        string[] classes = [.. rows.SelectMany(r => new[] { r.Predicted.Value, r.Label }.Concat(r.Predicted.Probabilities?.Select(p => p.Key) ?? [])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var told = rows.Where(r => r.Predicted.Probabilities is not null).ToList();
        var of = classes.Length == 2 ? positive is not null && classes.Contains(positive) ? positive : classes[^1] : null;
        string[] counted = of is null ? classes : [of];
        return report with
        {
            Positive = of,
            Accuracy = (double)rows.Count(r => r.Predicted.Value == r.Label) / rows.Count,
            Precision = Mean(counted, c => Ratio(Hits(rows, c), rows.Count(r => r.Predicted.Value == c))),
            Recall = Mean(counted, c => Ratio(Hits(rows, c), rows.Count(r => r.Label == c))),
            F1 = Mean(counted, c => Ratio(2 * Hits(rows, c), rows.Count(r => r.Predicted.Value == c) + rows.Count(r => r.Label == c))),
            Auc = Mean(counted, c => RankArea.Of([.. told.Select(r => (Share(r.Predicted, c), r.Label == c))])),
            LogLoss = told.Count == 0 ? null : Sums.Mean(told.Select(r => -Math.Log(Math.Max(LeastProbability, Share(r.Predicted, r.Label))))),
            Brier = told.Count == 0 ? null : Sums.Mean(told.Select(r => Brier(r.Predicted, r.Label, classes, of))),
            Calibration = told.Count == 0 ? null : Calibration.Of([.. told.Select(r => (Share(r.Predicted, r.Predicted.Value), r.Predicted.Value == r.Label))]),
        };
    }

    /// <summary>A probability of 0 for what came true would be an infinite loss.</summary>
    private const double LeastProbability = 1e-15;

    private static long Hits(IReadOnlyList<(Predicted Predicted, string Label)> rows, string of) => rows.LongCount(r => r.Label == of && r.Predicted.Value == of);

    private static double? Ratio(long of, long all) => all == 0 ? null : (double)of / all;

    /// <summary>The unweighted mean over the classes for which the figure is defined (macro average; Sokolova and Lapalme, Information Processing and Management 45, 2009).</summary>
    private static double? Mean(IReadOnlyList<string> classes, Func<string, double?> figure)
    {
        var known = classes.Select(figure).OfType<double>().ToList();
        return known.Count == 0 ? null : Sums.Mean(known);
    }

    private static double Share(Predicted predicted, string of) => predicted.Probabilities!.FirstOrDefault(p => p.Key == of).Value;

    /// <summary>
    /// The squared difference of probability and truth (Brier, Monthly Weather Review 78, 1950): of two classes that of one, of more the sum over all.
    /// 0.8 for the class that came → 0.04; of three classes (0.8, 0.1, 0.1) → 0.06.
    /// </summary>
    private static double Brier(Predicted predicted, string label, string[] classes, string? positive) => positive is not null
        ? Square(Share(predicted, positive) - (label == positive ? 1 : 0))
        : Sums.Of(classes.Select(c => Square(Share(predicted, c) - (label == c ? 1 : 0))));

    private static double Square(double value) => value * value;
}
