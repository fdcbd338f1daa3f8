namespace ModelHub.Domain.Monitoring;

/// <summary>
/// What labels that came in the window say against those of the reference: whether quality has changed, and whether it has at equal inputs. A breach is
/// beyond its limit and, by its test, no chance.
/// </summary>
internal static class JudgeConcept
{
    public static IEnumerable<MonitorValue> Of(WindowFacts facts)
    {
        if (facts.Outcomes.Rows == 0)
            yield break;
        var reference = facts.Outcomes.Rows < facts.Policy.MinimumSamples ? null : facts.OutcomeReference;
        var change = reference is null ? null : QualityChange.Of(reference.Score, facts.Outcomes.Score);
        yield return Value(facts, Measures.QualityChange, change?.Change, change?.PValue, facts.Outcomes.Rows);
        var drift = reference is null ? null : ConceptDrift.Of(reference, facts.Outcomes);
        var rows = drift?.Rows ?? facts.Outcomes.Rows;
        yield return Value(facts, Measures.ConceptDrift, drift?.Size, drift?.PValue, rows);
        yield return Value(facts, Measures.ConceptChange, drift?.Change, drift?.PValue, rows);
    }

    private static MonitorValue Value(WindowFacts facts, string measure, double? value, double? p, long rows)
    {
        var limit = facts.Policy.LimitOf(measure);
        return facts.Value(measure, rows) with
        {
            Value = value,
            PValue = p,
            Breached = value is { } known && limit is not null ? limit.IsBrokenBy(known) && p <= facts.Policy.Level : null,
        };
    }
}
