using ModelHub.Domain.Training;
using ModelHub.Worker.Training.Tabular;

namespace ModelHub.Worker.Training.Evaluating;

/// <summary>The figures of challenger and champion on the same rows, the one that decides first.</summary>
internal static class HeldOutFigures
{
    /// <param name="challenger">Probabilities of the positive class, or values.</param>
    /// <param name="champion">Null: there is nothing to compare with.</param>
    public static IReadOnlyList<HeldOutFigure> Of(Target target, double[] challenger, double[]? champion, CancellationToken ct)
    {
        var truth = target.Truth;
        HeldOutFigure ByRow(string metric, Func<double, double, double> loss, Func<double, double> of, Func<double, double> shown)
        {
            double[] Losses(double[] predicted) => [.. predicted.Zip(truth, loss)];
            double Figure(double[] predicted) => shown(of(Losses(predicted).Average()));
            var interval = champion is null ? null : PairedIntervals.Bootstrap(Losses(challenger), Losses(champion), of, ct);
            return new(metric, Figure(challenger), champion is null ? null : Figure(champion), interval?.Difference, interval?.Lower, interval?.Upper, interval?.Method);
        }

        static double Same(double value) => value;
        if (target.Classes is null)
            return [ByRow("rmse", (p, y) => (p - y) * (p - y), Math.Sqrt, Same), ByRow("mae", (p, y) => Math.Abs(p - y), Same, Same)];
        var auc = champion is null ? null : PairedIntervals.Auc(challenger, champion, truth);
        return
        [
            new("auc", ClassificationMetrics.Auc(challenger, truth), champion is null ? null : ClassificationMetrics.Auc(champion, truth), auc?.Difference, auc?.Lower, auc?.Upper, auc?.Method),
            ByRow("log_loss", (p, y) => -Math.Log(Math.Clamp(y > 0.5 ? p : 1 - p, 1e-15, 1)), Same, Same),
            ByRow("brier", (p, y) => (p - y) * (p - y), Same, Same),
            // Counted as errors, so that less is better; shown as the share that is right.
            ByRow("accuracy", (p, y) => p > 0.5 == y > 0.5 ? 0 : 1, Same, errors => 1 - errors),
        ];
    }
}
