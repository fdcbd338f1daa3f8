using ModelHub.Worker.Training.Evaluating;
using ModelHub.Worker.Training.Tabular;
using Xunit;

namespace ModelHub.Tests.Worker.Training.Evaluating;

public sealed class PairedIntervalsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_components_of_an_area_add_up_to_the_area_and_to_its_variance_by_pairs()
    {
        double[] truth = [1, 1, 1, 0, 0, 0, 0], a = [0.9, 0.8, 0.3, 0.7, 0.3, 0.2, 0.1], b = [0.6, 0.4, 0.5, 0.5, 0.3, 0.7, 0.2];

        var interval = PairedIntervals.Auc(a, b, truth)!;

        // By the definition: over all pairs of a positive and a negative, ties count half.
        double Wins(double[] s, int i, int j) => s[i] > s[j] ? 1 : s[i] == s[j] ? 0.5 : 0;
        double V10(double[] s, int i) => Enumerable.Range(3, 4).Average(j => Wins(s, i, j));
        double V01(double[] s, int j) => Enumerable.Range(0, 3).Average(i => Wins(s, i, j));
        double Variance(IEnumerable<double> v) => v.Sum(x => (x - v.Average()) * (x - v.Average())) / (v.Count() - 1);
        var variance = Variance(Enumerable.Range(0, 3).Select(i => V10(a, i) - V10(b, i)).ToList()) / 3 + Variance(Enumerable.Range(3, 4).Select(j => V01(a, j) - V01(b, j)).ToList()) / 4;
        Assert.Equal(ClassificationMetrics.Auc(a, truth) - ClassificationMetrics.Auc(b, truth), interval.Difference, 12);
        Assert.Equal(1.959963984540054 * Math.Sqrt(variance), interval.Upper - interval.Difference, 12);
        Assert.Equal(interval.Difference - interval.Lower, interval.Upper - interval.Difference, 12);
    }

    [Fact]
    public void One_row_of_a_class_has_no_interval() =>
        Assert.Null(PairedIntervals.Auc([0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [1, 0, 0]));

    [Fact]
    public void Both_intervals_hold_the_true_difference_in_about_95_of_100_samples()
    {
        var random = new Random(3);
        var (auc, brier) = (0, 0);
        for (var sample = 0; sample < 200; sample++)
        {
            // Scores of one make, two noises: the models are equally good, so the true difference is 0.
            var truth = Enumerable.Range(0, 200).Select(_ => random.NextDouble() < 0.4 ? 1.0 : 0.0).ToArray();
            double[] Scores() => [.. truth.Select(y => Math.Clamp(0.35 + 0.2 * y + 0.25 * (random.NextDouble() - 0.5), 0, 1))];
            var (a, b) = (Scores(), Scores());
            var byArea = PairedIntervals.Auc(a, b, truth)!;
            double[] Losses(double[] s) => [.. s.Zip(truth, (p, y) => (p - y) * (p - y))];
            var byRow = PairedIntervals.Bootstrap(Losses(a), Losses(b), x => x, Ct);
            auc += byArea.Lower <= 0 && byArea.Upper >= 0 ? 1 : 0;
            brier += byRow.Lower <= 0 && byRow.Upper >= 0 ? 1 : 0;
        }

        Assert.InRange(auc, 180, 199);
        Assert.InRange(brier, 180, 199);
    }

    [Fact]
    public void Less_loss_is_a_positive_difference_and_the_same_rows_give_the_same_interval()
    {
        double[] good = [.. Enumerable.Range(0, 300).Select(i => 0.1 + i % 7 * 0.01)], bad = [.. good.Select(l => l + 0.2)];

        var interval = PairedIntervals.Bootstrap(good, bad, Math.Sqrt, Ct);

        Assert.True(interval.Lower > 0.1 && interval.Upper < 0.3, $"{interval}");
        Assert.Equal(interval, PairedIntervals.Bootstrap(good, bad, Math.Sqrt, Ct));
    }
}
