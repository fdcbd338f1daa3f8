namespace ModelHub.Worker.Training.Tabular;

/// <summary>Metrics of a binary classifier from probabilities of the positive class and the truth (1 or 0).</summary>
internal static class ClassificationMetrics
{
    public static IReadOnlyDictionary<string, double> Of(double[] probabilities, double[] truth) => new Dictionary<string, double>
    {
        ["accuracy"] = Accuracy(probabilities, truth),
        ["auc"] = Auc(probabilities, truth),
        ["log_loss"] = LogLoss(probabilities, truth),
        ["brier"] = Brier(probabilities, truth),
    };

    /// <summary>The share of rows on the right side of 0.5.</summary>
    public static double Accuracy(double[] probabilities, double[] truth) =>
        probabilities.Zip(truth, (p, y) => p > 0.5 == y > 0.5 ? 1.0 : 0.0).Average();

    /// <summary>
    /// The area under the ROC curve as the Mann-Whitney statistic with mid-ranks for ties (Hanley, McNeil 1982):
    /// the probability that a positive row scores above a negative one. 0.5 when one of the classes is absent.
    /// </summary>
    public static double Auc(double[] probabilities, double[] truth)
    {
        var order = Enumerable.Range(0, truth.Length).OrderBy(i => probabilities[i]).ToArray();
        double rankSum = 0, positives = truth.Sum();
        for (var i = 0; i < order.Length;)
        {
            var end = i;
            while (end < order.Length && probabilities[order[end]] == probabilities[order[i]]) end++;
            // Ranks i+1 … end share their mean: two rows tied at ranks 3 and 4 both count 3.5.
            var rank = (i + 1 + end) / 2.0;
            for (; i < end; i++) rankSum += rank * truth[order[i]];
        }
        var negatives = truth.Length - positives;
        return positives == 0 || negatives == 0 ? 0.5 : (rankSum - positives * (positives + 1) / 2) / (positives * negatives);
    }

    /// <summary>The mean negative log-likelihood (natural logarithm), probabilities kept 1e-15 away from 0 and 1.</summary>
    public static double LogLoss(double[] probabilities, double[] truth) =>
        probabilities.Zip(truth, (p, y) => -Math.Log(Math.Clamp(y > 0.5 ? p : 1 - p, 1e-15, 1))).Average();

    /// <summary>The mean squared difference of probability and truth (Brier 1950, one of two equal terms).</summary>
    public static double Brier(double[] probabilities, double[] truth) =>
        probabilities.Zip(truth, (p, y) => (p - y) * (p - y)).Average();
}
