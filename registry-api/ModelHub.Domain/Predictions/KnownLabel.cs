namespace ModelHub.Domain.Predictions;

/// <summary>One arrival of a label.</summary>
public sealed record LabelArrival(int Row, string Value, DateTimeOffset ObservedAt, DateTimeOffset ArrivedAt);

/// <summary>The label of a row that counts.</summary>
public sealed record KnownLabel(string Value, DateTimeOffset ObservedAt, DateTimeOffset ArrivedAt)
{
    /// <summary>
    /// Of what had arrived by <paramref name="at"/> the latest observation counts, not the latest arrival: so the same labels give the
    /// same answer in whatever order they came. Two values observed at one moment contradict each other; the one that is greater in the order
    /// of its characters counts, which is arbitrary but does not depend on their order either. It arrived when it first came.
    /// </summary>
    /// <param name="arrivals">Of one row.</param>
    /// <returns>Null when nothing was known.</returns>
    public static KnownLabel? At(IEnumerable<LabelArrival> arrivals, DateTimeOffset at)
    {
        KnownLabel? known = null;
        foreach (var arrival in arrivals)
            if (arrival.ArrivedAt <= at && (known is null || known.IsBefore(arrival)))
                known = new(arrival.Value, arrival.ObservedAt, arrival.ArrivedAt);
        return known;
    }

    private bool IsBefore(LabelArrival other)
    {
        var order = ObservedAt.CompareTo(other.ObservedAt);
        if (order == 0)
            order = string.CompareOrdinal(Value, other.Value);
        return order < 0 || (order == 0 && other.ArrivedAt < ArrivedAt);
    }
}
