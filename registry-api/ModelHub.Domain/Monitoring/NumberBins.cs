namespace ModelHub.Domain.Monitoring;

/// <summary>
/// The bins of a column of numbers: from the smallest value of the baseline to its largest, parted at the inner edges; [a, b), the last one with its end.
/// What lies below and above them has a slot of its own at either end, for a column that was constant tells of a change only there.
/// </summary>
public sealed record NumberBins(IReadOnlyList<double> Edges)
{
    public int Slots => Edges.Count + 1;

    /// <param name="inner">Any; those that are not between the ends, or come twice, part nothing.</param>
    public static NumberBins Of(double min, double max, IEnumerable<double> inner) =>
        new([min, .. inner.Where(edge => edge > min && edge < max).Distinct().Order(), max]);

    /// <summary>0 is below the smallest, <see cref="Slots"/> − 1 above the largest. Edges 0, 1, 2: −1 → 0, 0 → 1, 1 → 2, 2 → 2, 3 → 3.</summary>
    public int SlotOf(double value)
    {
        if (value < Edges[0])
            return 0;
        if (value > Edges[^1])
            return Slots - 1;
        var slot = 1;
        while (slot < Edges.Count - 1 && value >= Edges[slot])
            slot++;
        return slot;
    }

    public long[] Count(IEnumerable<double> values)
    {
        var counts = new long[Slots];
        foreach (var value in values)
            counts[SlotOf(value)]++;
        return counts;
    }
}
