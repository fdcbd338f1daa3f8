using System.Globalization;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Domain.Monitoring;

/// <summary>Whether what is to be learned has changed, on planted changes and on real ones.</summary>
public sealed class ConceptDriftTests
{
    private const int Runs = 400;
    private const double Level = 0.01;

    [Fact]
    public void A_stratum_is_compared_as_its_example_says()
    {
        Outcomes Of(int right) => Told(Enumerable.Range(0, 100).Select(i => ("a", 0.7, i < right ? "a" : "b")));

        var drift = ConceptDrift.Of(Of(80), Of(60))!;

        Assert.Equal(-0.2, drift.Change, 9);
        Assert.Equal(100, drift.Rows);
        // z² = 0.2² / (200/199 · 0.7 · 0.3 · (1/100 + 1/100)) = 9.476; of one degree 0.00208, doubled.
        Assert.Equal(0.00416, drift.PValue, 4);
        // (0.2² − 0.00422)^½ / (0.8 · 0.2)^½
        Assert.Equal(Math.Sqrt(0.04 - 0.0042211) / 0.4, drift.Size, 4);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0.7, 1)]
    [InlineData(-1.5, 1.3, 1)]
    [InlineData(1, 0.7, 2)]
    public void Other_inputs_alone_are_no_change(double mean, double spread, double confidence)
    {
        var random = new Random(7);
        var (chance, alarms) = (0, 0);
        for (var run = 0; run < Runs; run++)
        {
            var reference = Told(Rows(random, 3_000, 0, 1, confidence, x => 2 * x));
            var drift = ConceptDrift.Of(reference, Told(Rows(random, 1_000, mean, spread, confidence, x => 2 * x)))!;
            chance += drift.PValue <= Level ? 1 : 0;
            alarms += drift.PValue <= 0.001 && drift.Size > 0.2 ? 1 : 0;
        }

        // 400 · 0.01 = 4 expected; more than 12 in one case of a thousand.
        Assert.InRange(chance, 0, 12);
        Assert.Equal(0, alarms);
    }

    [Theory]
    [InlineData("shifted", 0, 0.98)]
    [InlineData("shifted", 1, 0.98)]
    [InlineData("weaker", 0, 0.98)]
    [InlineData("turned", 0, 1)]
    [InlineData("in one region", 0, 0.95)]
    public void A_changed_relation_is_told_with_shifted_inputs_and_without(string change, double mean, double power)
    {
        Func<double, double> logit = change switch
        {
            "shifted" => x => 2 * x + 1.2,
            "weaker" => x => 0.5 * x,
            "turned" => x => -2 * x,
            // Where it was sure of one class the other comes half of the time; all else is as it was.
            _ => x => x > 0.7 ? 0 : 2 * x,
        };
        var random = new Random(8);
        var found = 0;
        for (var run = 0; run < Runs; run++)
        {
            var drift = ConceptDrift.Of(Told(Rows(random, 3_000, 0, 1, 1, x => 2 * x)), Told(Rows(random, 1_000, mean, 1, 1, logit)))!;
            found += drift.PValue <= 0.001 && drift.Size > 0.2 ? 1 : 0;
        }

        Assert.InRange(found, power * Runs, Runs);
    }

    [Fact]
    public void A_shift_of_numbers_is_told_only_when_the_labels_follow_another_law()
    {
        var random = new Random(9);
        IEnumerable<(Predicted, string)> Rows(double mean, double bias) => Enumerable.Range(0, 2_000).Select(_ =>
        {
            var x = mean + 20 * Normal(random);
            return (new Predicted(LabelValue.Of(100 + x), null), LabelValue.Of(100 + x + bias + 10 * Normal(random)));
        });
        var reference = Told(Rows(0, 0));

        var (same, other, changed) = (ConceptDrift.Of(reference, Told(Rows(0, 0)))!, ConceptDrift.Of(reference, Told(Rows(15, 0)))!, ConceptDrift.Of(reference, Told(Rows(0, 4)))!);

        Assert.InRange(same.PValue, Level, 1);
        Assert.InRange(other.PValue, Level, 1);
        Assert.InRange(changed.PValue, 0, 1e-6);
        Assert.InRange(changed.Size, 0.35, 0.45);
        Assert.InRange(changed.Change, 3.5, 4.5);
    }

    [Theory]
    [InlineData("elec2", false)]
    [InlineData("bike_sharing", true)]
    public void Real_windows_that_follow_another_law_are_told_and_the_control_is_not(string set, bool ofNumbers)
    {
        var data = DriftData.Read(set);
        // The reference's even rows are learned from, the odd ones are what windows are held against.
        var model = LeastSquares.Of(data, data.Reference.Rows.Where((_, i) => i % 2 == 0), ofNumbers);
        var reference = Told(model.Said(data.Reference.Header, data.Reference.Rows.Where((_, i) => i % 2 == 1)));

        var found = data.Windows.ToDictionary(w => w.File, w => ConceptDrift.Of(reference, Told(model.Said(w.Rows.Header, w.Rows.Rows))));

        foreach (var (file, drift) in found)
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: size {drift?.Size:0.000}, change {drift?.Change:0.000}, p {drift?.PValue:0.0e0}, {drift?.Rows} rows"));
        bool IsAlarm(ConceptDrift? drift) => drift is { Size: > 0.2, PValue: <= 0.001 };
        Assert.False(IsAlarm(found.Single(f => f.Key.Contains("control", StringComparison.Ordinal)).Value));
        Assert.True(IsAlarm(found.Single(f => f.Key.Contains(ofNumbers ? "summer_2012" : "days_560_620", StringComparison.Ordinal)).Value));
    }

    [Fact]
    public void Too_few_rows_of_a_kind_or_another_task_are_nothing_to_compare()
    {
        var classes = Told(Enumerable.Range(0, 100).Select(i => ("a", 0.7, i < 70 ? "a" : "b")));
        var certain = Told(Enumerable.Range(0, 100).Select(i => ("a", 0.7, "a")));
        var numbers = Told(Enumerable.Range(0, 100).Select(i => (new Predicted(LabelValue.Of(i + 0.5), null), LabelValue.Of(i + 0.25))));

        Assert.Null(ConceptDrift.Of(certain, certain));
        Assert.Null(ConceptDrift.Of(classes, Outcomes.None));
        Assert.Null(ConceptDrift.Of(classes, numbers));
        Assert.Null(ConceptDrift.Of(classes, Told(Enumerable.Range(0, 10).Select(i => ("a", 0.7, "b")))));
    }

    [Fact]
    public void Outcomes_add_up_whatever_they_are_cut_into()
    {
        var random = new Random(10);
        var rows = Rows(random, 1_000, 0, 1, 1, x => 2 * x).ToList();

        var (whole, parts) = (Told(rows), rows.Chunk(170).Select(Told).Aggregate(Outcomes.None, (a, b) => a.Plus(b)));

        Assert.Equal(whole.Strata.Select(s => (s.Class, s.Bin, s.Rows, s.Right)), parts.Strata.Select(s => (s.Class, s.Bin, s.Rows, s.Right)));
        Assert.All(whole.Strata.Zip(parts.Strata), pair => Assert.Equal((pair.First.Sum, pair.First.Squares), (pair.Second.Sum, pair.Second.Squares), (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-9));
        Assert.Equal((whole.Score.Requests, whole.Score.Sum), (parts.Score.Requests, parts.Score.Sum));
    }

    [Fact]
    public void A_change_of_quality_has_the_bound_of_two_shares()
    {
        QualityScore Of(long right, long all) => new(QualityTask.Classification, all, right, right);

        var change = QualityChange.Of(Of(800, 1_000), Of(150, 200))!;

        Assert.Equal(-0.05, change.Change, 9);
        Assert.Equal(0.112, change.PValue, 3);
        Assert.InRange(QualityChange.Of(Of(800, 1_000), Of(600, 1_000))!.PValue, 0, 1e-9);
        Assert.Null(QualityChange.Of(Of(800, 1_000), QualityScore.None));
    }

    /// <summary>x is normal; the model's chance of b is σ(2x) raised in confidence, the true one σ of the logit.</summary>
    private static IEnumerable<(string Class, double Sure, string Label)> Rows(Random random, int count, double mean, double spread, double confidence, Func<double, double> logit)
    {
        for (var i = 0; i < count; i++)
        {
            var x = mean + spread * Normal(random);
            var said = 1 / (1 + Math.Exp(-2 * confidence * x));
            var label = random.NextDouble() < 1 / (1 + Math.Exp(-logit(x))) ? "b" : "a";
            yield return said >= 0.5 ? ("b", said, label) : ("a", 1 - said, label);
        }
    }

    internal static Outcomes Told(IEnumerable<(string Class, double Sure, string Label)> rows) =>
        Told(rows.Select(row => (new Predicted(row.Class, [KeyValuePair.Create(row.Class, row.Sure)]), row.Label)));

    private static Outcomes Told(IEnumerable<(Predicted Predicted, string Label)> rows)
    {
        var tally = new OutcomeTally();
        foreach (var (predicted, label) in rows)
            tally.Add(PredictionId.From(Guid.NewGuid()), predicted, label);
        return tally.Told();
    }

    internal static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
