namespace ModelHub.Worker.Training.Evaluating;

/// <param name="Difference">How much better the challenger is.</param>
internal sealed record PairedInterval(double Difference, double Lower, double Upper, string Method);

/// <summary>95 % intervals of the difference between two models that answered the same rows.</summary>
internal static class PairedIntervals
{
    private const double Z = 1.959963984540054;
    private const int MostDraws = 2_000;
    private const int FewestDraws = 200;
    private const long Work = 200_000_000;

    /// <summary>
    /// The difference of two correlated areas under the ROC curve by their structural components (DeLong, DeLong, Clarke-Pearson 1988),
    /// from mid-ranks (Sun, Xu 2014), with a normal interval. Null with fewer than two rows of a class.
    /// </summary>
    public static PairedInterval? Auc(double[] challenger, double[] champion, double[] truth)
    {
        var positives = Enumerable.Range(0, truth.Length).Where(i => truth[i] > 0.5).ToArray();
        var negatives = Enumerable.Range(0, truth.Length).Where(i => truth[i] <= 0.5).ToArray();
        if (positives.Length < 2 || negatives.Length < 2) return null;
        var (a, b) = (Components(challenger, positives, negatives), Components(champion, positives, negatives));
        var variance = Variance(a.OfPositives.Zip(b.OfPositives, (x, y) => x - y)) / positives.Length
            + Variance(a.OfNegatives.Zip(b.OfNegatives, (x, y) => x - y)) / negatives.Length;
        var (difference, half) = (a.OfPositives.Average() - b.OfPositives.Average(), Z * Math.Sqrt(variance));
        return new(difference, difference - half, difference + half, "delong");
    }

    /// <summary>
    /// The percentile bootstrap over rows (Efron, Tibshirani, An Introduction to the Bootstrap, 13.3): each draw takes whole rows, so that
    /// both models answer the same ones. For figures that are a function of the mean loss of a row; less is better.
    /// </summary>
    /// <param name="of">From the mean loss to the figure, for example the root.</param>
    public static PairedInterval Bootstrap(double[] challenger, double[] champion, Func<double, double> of, CancellationToken ct)
    {
        var (rows, random) = (challenger.Length, new Random(1));
        var draws = new double[Math.Clamp(Work / rows, FewestDraws, MostDraws)];
        for (var draw = 0; draw < draws.Length; draw++)
        {
            ct.ThrowIfCancellationRequested();
            double a = 0, b = 0;
            for (var i = 0; i < rows; i++)
            {
                var row = random.Next(rows);
                a += challenger[row];
                b += champion[row];
            }
            draws[draw] = of(b / rows) - of(a / rows);
        }
        Array.Sort(draws);
        return new(of(champion.Average()) - of(challenger.Average()), Quantile(draws, 0.025), Quantile(draws, 0.975), "bootstrap");
    }

    /// <summary>For each positive the share of negatives below it, for each negative the share of positives above it; ties count half.</summary>
    private static (double[] OfPositives, double[] OfNegatives) Components(double[] scores, int[] positives, int[] negatives)
    {
        var (all, ofPositives, ofNegatives) = (MidRanks([.. positives.Concat(negatives).Select(i => scores[i])]), MidRanks([.. positives.Select(i => scores[i])]), MidRanks([.. negatives.Select(i => scores[i])]));
        return (
            [.. positives.Select((_, i) => (all[i] - ofPositives[i]) / negatives.Length)],
            [.. negatives.Select((_, j) => 1 - (all[positives.Length + j] - ofNegatives[j]) / positives.Length)]);
    }

    private static double[] MidRanks(double[] scores)
    {
        var order = Enumerable.Range(0, scores.Length).OrderBy(i => scores[i]).ToArray();
        var ranks = new double[scores.Length];
        for (var i = 0; i < order.Length;)
        {
            var end = i;
            while (end < order.Length && scores[order[end]] == scores[order[i]]) end++;
            // Two rows tied at ranks 3 and 4 both have 3.5.
            var rank = (i + 1 + end) / 2.0;
            for (; i < end; i++) ranks[order[i]] = rank;
        }
        return ranks;
    }

    private static double Variance(IEnumerable<double> values)
    {
        var list = values.ToList();
        var mean = list.Average();
        return list.Sum(v => (v - mean) * (v - mean)) / (list.Count - 1);
    }

    private static double Quantile(double[] sorted, double p)
    {
        var at = p * (sorted.Length - 1);
        var (below, above) = (sorted[(int)Math.Floor(at)], sorted[(int)Math.Ceiling(at)]);
        return below + (above - below) * (at - Math.Floor(at));
    }
}
