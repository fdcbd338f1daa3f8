using ModelHub.Domain.Predictions.Quality;

namespace ModelHub.Domain.Monitoring;

/// <summary>
/// Whether what is to be learned has changed: whether rows that the model takes for alike come out otherwise than they did. Only like is held against like,
/// rows of one stratum in the reference and in the window, so that other inputs alone, which fill other strata, are no change.
/// </summary>
/// <param name="Size">
/// How far the mean errors of the strata lie apart, as the root of their mean square over the window's rows, less what chance adds, in standard
/// deviations of the reference's errors: an effect of 0.2 is small, one of 0.5 medium (Cohen, Statistical Power Analysis, 1988).
/// </param>
/// <param name="Change">The mean of these differences: what accuracy (of numbers, the mean error) has changed by at equal inputs.</param>
/// <param name="PValue">The chance of such differences, or larger ones, when nothing has changed.</param>
/// <param name="Rows">Of the window, in strata that could be compared.</param>
public sealed record ConceptDrift(double Size, double Change, double PValue, long Rows)
{
    /// <summary>With fewer on either side the normal law does not hold of a stratum's mean (Cochran, Biometrics 10, 1954: five expected of each kind).</summary>
    private const int FewestRows = 20;
    private const double FewestOfEach = 5;

    /// <summary>
    /// Two tests of one hypothesis, and the smaller p-value of both, doubled. The sum of the squared standardised differences of all strata is χ² with one
    /// degree for each, and sees changes of any kind; the square of their weighted sum over its variance is χ² with one degree (Mantel and Haenszel, Journal
    /// of the National Cancer Institute 22, 1959; for scores Mantel, JASA 58, 1963), and sees a change of one direction sooner. The variance in a stratum is
    /// that of the errors of both together, (n + m) / (n + m − 1) · s² · (1/n + 1/m): what dealing the same rows out anew would show.
    /// Right 80 of 100 before and 60 of 100 now at the same confidence: z² = (0.2)² / (0.2111 · 0.02) = 9.5.
    /// </summary>
    /// <returns>Null when no stratum has enough rows on both sides.</returns>
    public static ConceptDrift? Of(Outcomes reference, Outcomes window)
    {
        if (reference.Task is null || reference.Task != window.Task)
            return null;
        var before = reference.Strata.ToDictionary(s => (s.Class, s.Bin));
        var pairs = window.Strata.Where(s => before.ContainsKey((s.Class, s.Bin))).Select(s => Pair.Of(before[(s.Class, s.Bin)], s, reference.Task.Value)).OfType<Pair>().ToList();
        if (pairs.Count == 0)
            return null;
        var (rows, scale) = (pairs.Sum(p => p.Now), Spread(reference));
        var any = pairs.Where(p => p.Variance > 0).ToList();
        var many = any.Count == 0 ? 1 : IncompleteGamma.Q(any.Count / 2.0, any.Sum(p => p.Difference * p.Difference / p.Variance) / 2);
        var (sum, variance) = (any.Sum(p => p.Weight * p.Difference), any.Sum(p => p.Weight * p.Weight * p.Variance));
        var one = variance > 0 ? IncompleteGamma.Q(0.5, sum * sum / variance / 2) : 1;
        var square = pairs.Sum(p => p.Now * (p.Difference * p.Difference - p.Variance)) / rows;
        return new(scale > 0 ? Math.Sqrt(Math.Max(0, square)) / scale : 0, pairs.Sum(p => p.Now * p.Difference) / rows, Math.Min(1, 2 * Math.Min(many, one)), (long)rows);
    }

    /// <summary>Of the errors within the strata.</summary>
    private static double Spread(Outcomes of) => Math.Sqrt(of.Strata.Sum(s => s.Squares - s.Sum * s.Sum / s.Rows) / of.Rows);

    /// <summary>One stratum on both sides.</summary>
    private sealed record Pair(double Difference, double Variance, double Before, double Now)
    {
        public double Weight => Before * Now / (Before + Now);

        public static Pair? Of(OutcomeStratum before, OutcomeStratum now, QualityTask task)
        {
            double n = before.Rows, m = now.Rows, all = n + m;
            if (Math.Min(n, m) < FewestRows)
                return null;
            double right = before.Right + now.Right;
            if (task == QualityTask.Classification && Math.Min(n, m) * Math.Min(right, all - right) / all < FewestOfEach)
                return null;
            var mean = (before.Sum + now.Sum) / all;
            var spread = (before.Squares + now.Squares - all * mean * mean) / (all - 1);
            return new(now.Sum / m - before.Sum / n, Math.Max(0, spread) * (1 / n + 1 / m), n, m);
        }
    }
}
