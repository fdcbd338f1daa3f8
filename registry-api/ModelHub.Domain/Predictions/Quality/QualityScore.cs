using System.Text.Json.Serialization;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Predictions.Quality;

/// <summary>
/// One figure of quality that is a mean over requests, so that it can be said how much of it may be chance: of classes the share of rows that are
/// right (accuracy), of numbers 1 − (error)² / variance of the labels, whose mean is R². Rows of one request are alike, so a request counts once, with
/// the mean of its rows.
/// </summary>
/// <param name="Requests">With at least one label.</param>
/// <param name="Sum">Of their scores.</param>
/// <param name="Squares">The sum of the squares of their scores.</param>
public sealed record QualityScore(QualityTask Task, long Requests, double Sum, double Squares)
{
    /// <summary>A normal variable exceeds it in one case of a thousand.</summary>
    private const double Z = 3.0902;
    private const double Level = 0.001;

    public static readonly QualityScore None = new(QualityTask.Classification, 0, 0, 0);

    /// <summary>Null without requests.</summary>
    [JsonIgnore]
    public double? Mean => Requests > 0 && double.IsFinite(Sum) ? Sum / Requests : null;

    /// <summary>It is no less, but for one case in a thousand: exact for shares, by the central limit theorem for numbers. 80 of 100 right → 0.66.</summary>
    [JsonIgnore]
    public double AtLeast => Task == QualityTask.Classification ? 1 - Binomial.AtMost((long)Math.Ceiling(Requests - Sum - 1e-9), Requests, Level) : (Mean ?? 0) - Doubt;

    /// <summary>It is no more, but for one case in a thousand.</summary>
    [JsonIgnore]
    public double AtMost => Task == QualityTask.Classification ? Binomial.AtMost((long)Math.Ceiling(Sum - 1e-9), Requests, Level) : (Mean ?? 0) + Doubt;

    private double Doubt => Requests < 2 ? double.PositiveInfinity : Z * Math.Sqrt(Math.Max(0, Squares / Requests - (Mean ?? 0) * (Mean ?? 0)) / (Requests - 1));

    /// <summary>Of what was answered and is labelled; <see cref="None"/> when nothing is, or numbers have no variance.</summary>
    public static QualityScore Of(IEnumerable<LabelledPrediction> predictions)
    {
        var rows = new List<(PredictionId Request, Predicted Predicted, string Label)>();
        foreach (var row in predictions)
            if (row is { Outcome: PredictionOutcome.Answered, Label: { } label, Output: { } output } && Predicted.Of(output) is { } predicted)
                rows.Add((row.Prediction, predicted, label.Value));
        return OfRows(rows);
    }

    internal static QualityScore OfRows(IReadOnlyCollection<(PredictionId Request, Predicted Predicted, string Label)> rows)
    {
        if (rows.Count == 0)
            return None;
        var task = QualityTasks.Of([.. rows.Select(r => (r.Predicted, r.Label))]);
        Func<Predicted, string, double>? score = task == QualityTask.Classification ? (p, label) => p.Value == label ? 1 : 0 : Closeness([.. rows.Select(r => r.Label)]);
        if (score is null)
            return None;
        var scores = rows.GroupBy(r => r.Request).Select(g => Sums.Mean(g.Select(r => score(r.Predicted, r.Label)))).ToList();
        return new(task, scores.Count, Sums.Of(scores), Sums.Of(scores.Select(s => s * s)));
    }

    private static Func<Predicted, string, double>? Closeness(IReadOnlyCollection<string> labels)
    {
        var numbers = labels.Select(l => LabelValue.Number(l)!.Value).ToList();
        var mean = Sums.Mean(numbers);
        var variance = Sums.Mean(numbers.Select(n => (n - mean) * (n - mean)));
        return variance == 0 ? null : (predicted, label) => 1 - Math.Pow(LabelValue.Number(predicted.Value)!.Value - LabelValue.Number(label)!.Value, 2) / variance;
    }
}
