namespace ModelHub.Domain.Monitoring;

/// <summary>The distances of one column from its baseline, on the same bins. Null with too few values on either side.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Samples">Values in the window.</param>
/// <param name="IsOrdered">Of numbers: there is a distribution function.</param>
/// <param name="Psi">Population stability index.</param>
/// <param name="Js">Jensen-Shannon distance, from 0 to 1.</param>
/// <param name="Chi2">Chi-square test of the counts.</param>
/// <param name="Ks">Kolmogorov-Smirnov statistic; null for texts.</param>
/// <param name="KsPValue">The chance of such a statistic without drift, for this column alone.</param>
/// <param name="Wasserstein">First Wasserstein distance, in the unit of the column; null for texts.</param>
public sealed record Drift(
    string Column, long Samples, bool IsOrdered, double? Psi = null, double? Js = null, ChiSquareTest? Chi2 = null, double? Ks = null, double? KsPValue = null, double? Wasserstein = null)
{
    /// <returns>Null for a column that routers did not count.</returns>
    internal static Drift? Of(WindowFacts facts, ColumnBaseline column)
    {
        if (facts.Sketch.Column(column.Name) is not { } counts)
            return null;
        var baseline = facts.Chosen is { } chosen ? chosen.Column(column.Name)?.Slots ?? [] : column.Counts;
        return Of(column, baseline, counts.Slots, facts.Policy.MinimumSamples);
    }

    public static Drift Of(ColumnBaseline column, IReadOnlyList<long> baseline, IReadOnlyList<long> window, int fewest)
    {
        var (n, m) = (baseline.Sum(), window.Sum());
        var drift = new Drift(column.Name, m, column.Numbers is not null);
        if (Math.Min(n, m) < fewest || baseline.Count != window.Count)
            return drift;
        drift = drift with { Psi = Monitoring.Psi.Of(baseline, window), Js = JensenShannon.Of(baseline, window), Chi2 = ChiSquare.Of(baseline, window) };
        if (column.Numbers is not { } numbers)
            return drift;
        var ks = KolmogorovSmirnov.OfBins(baseline, window);
        return drift with { Ks = ks, KsPValue = KolmogorovSmirnov.PValue(ks!.Value, n, m), Wasserstein = Monitoring.Wasserstein.OfBins(numbers.Edges, baseline, window) };
    }
}
