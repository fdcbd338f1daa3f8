using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Domain.Monitoring;

/// <summary>Takes labelled predictions, in any order, and tells how they came out by what was predicted.</summary>
public sealed class OutcomeTally
{
    /// <summary>As many as routers part confidence into, so that what they count can be read by these.</summary>
    public const int Bins = ConfidenceCounts.Bins;

    private const int MostClasses = 20;
    private const string Others = "(others)";
    private readonly List<(PredictionId Request, Predicted Predicted, string Label)> rows = [];

    /// <summary>Rows without an answer or a label tell nothing.</summary>
    public void Add(LabelledPrediction row)
    {
        if (row is { Outcome: PredictionOutcome.Answered, Label: { } label, Output: { } output } && Predicted.Of(output) is { } predicted)
            Add(row.Prediction, predicted, label.Value);
    }

    public void Add(PredictionId request, Predicted predicted, string label) => rows.Add((request, predicted, label));

    public Outcomes Told()
    {
        if (rows.Count == 0)
            return Outcomes.None;
        var task = QualityTasks.Of([.. rows.Select(r => (r.Predicted, r.Label))]);
        var strata = task == QualityTask.Classification ? OfClasses() : OfNumbers();
        return new(task, [.. strata.OrderBy(s => s.Class, StringComparer.Ordinal).ThenBy(s => s.Bin)], QualityScore.OfRows(rows));
    }

    private IEnumerable<OutcomeStratum> OfClasses()
    {
        var own = rows.GroupBy(r => r.Predicted.Value).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Take(MostClasses).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        return from row in rows
               let sure = row.Predicted.Probabilities?.FirstOrDefault(p => p.Key == row.Predicted.Value).Value
               let right = row.Predicted.Value == row.Label
               group (right, Error: (right ? 1 : 0) - (sure ?? 0)) by (Class: own.Contains(row.Predicted.Value) ? row.Predicted.Value : Others, Bin: BinOf(sure)) into g
               select new OutcomeStratum(g.Key.Class, g.Key.Bin, g.Count(), g.Count(r => r.right), Sums.Of(g.Select(r => r.Error)), Sums.Of(g.Select(r => r.Error * r.Error)));
    }

    private IEnumerable<OutcomeStratum> OfNumbers() =>
        from row in rows
        let said = LabelValue.Number(row.Predicted.Value)!.Value
        let error = LabelValue.Number(row.Label)!.Value - said
        group error by PlaceOf(said) into g
        select new OutcomeStratum("", g.Key, g.Count(), 0, Sums.Of(g), Sums.Of(g.Select(e => e * e)));

    private static int BinOf(double? confidence) => confidence is { } sure ? Math.Clamp((int)(sure * Bins), 0, Bins - 1) : -1;

    // Quarters of an octave on either side of zero: 1 → 4096, 2 → 4100, −2 → −4100; what is too small to be parted is zero.
    private static int PlaceOf(double value) => Math.Abs(value) < 1e-300 ? 0 : Math.Sign(value) * (4096 + (int)Math.Floor(4 * Math.Log2(Math.Abs(value))));
}
