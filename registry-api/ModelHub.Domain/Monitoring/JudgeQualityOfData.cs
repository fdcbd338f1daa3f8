namespace ModelHub.Domain.Monitoring;

/// <summary>
/// What is wrong with the values themselves, column by column: missing more often than in the baseline, of the wrong type, out of its range, or unknown to
/// it. The level is shared by the columns, as their number of tests has it (Bonferroni).
/// </summary>
internal static class JudgeQualityOfData
{
    public static IEnumerable<MonitorValue> Of(WindowFacts facts)
    {
        List<ColumnBaseline> judged = [.. facts.Training.Columns.Where(column => !facts.Policy.LeavesOut(column.Name))];
        var level = facts.Policy.Level / Math.Max(1, judged.Count);
        return judged.SelectMany(column => facts.Sketch.Column(column.Name) is { } counts ? Column(facts, column, counts, level) : []);
    }

    private static IEnumerable<MonitorValue> Column(WindowFacts facts, ColumnBaseline column, ColumnCounts counts, double level)
    {
        var (rows, values) = (facts.Sketch.Rows, counts.Values);
        yield return ShareOf.Judge(facts, Measures.NullShare, column.Name, facts.Sketch.Nulls(counts), rows, level, UsualNulls(facts, column));
        yield return ShareOf.Judge(facts, Measures.TypeErrorShare, column.Name, counts.WrongType, rows, level);
        if (column.Numbers is not null)
            yield return ShareOf.Judge(facts, Measures.OutOfRangeShare, column.Name, counts.Slots[0] + counts.Slots[^1], values, level);
        else if (column.AreAll)
            yield return ShareOf.Judge(facts, Measures.UnseenShare, column.Name, counts.Slots[^1], values, level);
    }

    private static double UsualNulls(WindowFacts facts, ColumnBaseline column)
    {
        if (facts.Chosen is { Rows: > 0 } chosen && chosen.Column(column.Name) is { } counts)
            return (double)chosen.Nulls(counts) / chosen.Rows;
        var rows = column.Counts.Sum() + column.Nulls;
        return rows == 0 ? 0 : (double)column.Nulls / rows;
    }
}
