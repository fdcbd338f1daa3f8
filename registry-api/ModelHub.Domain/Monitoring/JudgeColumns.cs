namespace ModelHub.Domain.Monitoring;

/// <summary>
/// How far the values of each column have drifted from the baseline. A measure of distance is a breach when it is beyond its limit and the test of the same
/// counts says that it is no chance: chi-square for measures on bins, the one of Kolmogorov and Smirnov for its own. Their p-values are corrected for the
/// number of columns (<see cref="Holm"/>).
/// </summary>
internal static class JudgeColumns
{
    public static IEnumerable<MonitorValue> Of(WindowFacts facts)
    {
        List<Drift> drifts = [.. facts.Training.Columns.Where(column => !facts.Policy.LeavesOut(column.Name)).Select(column => Drift.Of(facts, column)).OfType<Drift>()];
        var (onBins, onOrder) = (Corrected(drifts, d => d.Chi2?.PValue), Corrected(drifts, d => d.KsPValue));
        return drifts.SelectMany((drift, i) => Values(facts, drift, onBins[i], onOrder[i]));
    }

    private static IEnumerable<MonitorValue> Values(WindowFacts facts, Drift drift, double? onBins, double? onOrder)
    {
        yield return Value(Measures.DriftPsi, drift.Psi, onBins);
        yield return Value(Measures.DriftJs, drift.Js, onBins);
        yield return Value(Measures.DriftChi2, drift.Chi2?.Statistic, onBins);
        if (!drift.IsOrdered)
            yield break;
        yield return Value(Measures.DriftKs, drift.Ks, onOrder);
        yield return Value(Measures.DriftWasserstein, drift.Wasserstein, onBins);

        MonitorValue Value(string measure, double? value, double? p)
        {
            var limit = facts.Policy.LimitOf(measure);
            return facts.Value(measure, drift.Samples, drift.Column) with
            {
                Value = value,
                PValue = value is null ? null : p,
                Breached = value is { } known && limit is not null ? limit.IsBrokenBy(known) && p <= facts.Policy.Level : null,
            };
        }
    }

    /// <summary>Columns of which nothing is said are no tests.</summary>
    private static double?[] Corrected(List<Drift> drifts, Func<Drift, double?> of)
    {
        var known = drifts.Select((drift, i) => (At: i, P: of(drift))).Where(d => d.P is not null).ToList();
        var corrected = new double?[drifts.Count];
        foreach (var ((at, _), p) in known.Zip(Holm.Correct([.. known.Select(d => d.P!.Value)])))
            corrected[at] = p;
        return corrected;
    }
}
