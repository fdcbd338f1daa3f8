namespace ModelHub.Domain.Alerts;

/// <summary>
/// Goes through the readings of one column, segment and version in the order of their time. Each either says something or does
/// not; what does not changes nothing. Judging the same readings again ends at the same place.
/// </summary>
internal static class JudgeReadings
{
    /// <param name="item">As it stood; null when nothing was wrong.</param>
    /// <param name="readings">In the order of their end, with those before that belong to the first one's window.</param>
    public static AlertItem? Judge(AlertCondition condition, AlertItem? item, AlertKey key, IReadOnlyList<Reading> readings)
    {
        var first = 0;
        for (var last = 0; last < readings.Count; last++)
        {
            while (readings[first].To <= readings[last].To - condition.Window && first < last)
                first++;
            if (readings[last].To > (item?.To ?? DateTimeOffset.MinValue) && Together(condition, readings, first, last) is { } judged)
                item = Step(condition, item, key, judged, readings[last]);
        }
        return item;
    }

    private static AlertItem? Step(AlertCondition condition, AlertItem? item, AlertKey key, Judged judged, Reading latest)
    {
        // A break in the figures longer than the window is a break in the time, too: nobody knows what was between.
        var broken = item is not null && judged.To - item.To > condition.Window + (latest.To - latest.From);
        if (item is { Firing: true })
            return Fire(condition, item with { BackSince = broken ? null : item.BackSince }, judged);
        return condition.IsBeyond(judged) ? Pend(condition, broken ? null : item, key, judged) : null;
    }

    private static AlertItem Pend(AlertCondition condition, AlertItem? item, AlertKey key, Judged judged) =>
        item is null
            ? AlertItem.Begin(key, judged, condition.For)
            : item.With(judged) with { Firing = judged.To - item.Since >= condition.For };

    private static AlertItem? Fire(AlertCondition condition, AlertItem item, Judged judged)
    {
        if (!condition.IsBack(judged))
            return item.With(judged) with { BackSince = null };
        var since = item.BackSince ?? judged.To;
        return judged.To - since >= condition.KeepFiring ? null : item.With(judged) with { BackSince = since };
    }

    /// <summary>The readings from first to last as one; null when they say nothing.</summary>
    private static Judged? Together(AlertCondition condition, IReadOnlyList<Reading> readings, int first, int last)
    {
        var latest = readings[last];
        if (latest.Value is null || condition.LimitOf(latest) is not { } limit)
            return null;
        var told = readings.Skip(first).Take(last - first + 1).Where(r => r.Value is not null && double.IsFinite(r.Value.Value)).ToList();
        var samples = condition.Aggregate == AlertAggregate.Latest ? latest.Samples : told.Sum(r => r.Samples);
        if (told.Count == 0 || samples < condition.MinimumSamples)
            return null;
        return new Judged(ValueOf(condition.Aggregate, told), limit, latest.PValue, latest.Breached, samples, told.Min(r => r.From), latest.To);
    }

    private static double ValueOf(AlertAggregate aggregate, List<Reading> told) => aggregate switch
    {
        AlertAggregate.Latest => told[^1].Value!.Value,
        AlertAggregate.Highest => told.Max(r => r.Value!.Value),
        AlertAggregate.Lowest => told.Min(r => r.Value!.Value),
        // 1 % of 300 and 5 % of 100 → 2 % of 400
        _ when told.Sum(r => r.Samples) is var all and > 0 => told.Sum(r => r.Value!.Value * r.Samples) / all,
        _ => told.Average(r => r.Value!.Value),
    };
}
