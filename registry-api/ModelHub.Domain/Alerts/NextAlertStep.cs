namespace ModelHub.Domain.Alerts;

public sealed partial class AlertRule
{
    /// <summary>
    /// Facts in, the next step out. The same facts give the same step, so a loop may be killed at any line and run again. Time
    /// goes by in the figures alone: where none come nothing fires and nothing resolves, but what the rule says about their absence.
    /// </summary>
    public AlertStep Next(AlertFacts facts, DateTimeOffset now)
    {
        if (!Enabled || DeletedAt is not null)
            return Over(facts, DeletedAt is null ? "the rule was disabled" : "the rule was deleted");
        var kept = Kept(facts, now);
        if (kept.Count == 0)
            return Over(facts, WhyNothingIsLeft(facts));
        if (kept.SequenceEqual(facts.Open))
            return new AlertStep.Stay();
        if (facts.Open.Any(i => i.Firing) && !kept.Any(i => i.Firing))
            return new AlertStep.Resolve(WhyNothingIsLeft(facts));
        return new AlertStep.Stand(kept.Any(i => i.Firing) ? AlertState.Firing : AlertState.Pending, kept);
    }

    private static AlertStep Over(AlertFacts facts, string reason) => facts.Open.Count == 0 ? new AlertStep.Rest()
        : facts.Open.Any(i => i.Firing) ? new AlertStep.Resolve(reason)
        : new AlertStep.Lapse();

    private static string WhyNothingIsLeft(AlertFacts facts)
    {
        var gone = facts.Open.Where(i => i is { Firing: true, Version: { } version } && !facts.Serving.ContainsKey(version)).Select(i => i.Version).Distinct().Order().ToList();
        return gone.Count == 0 ? "back within the limit" : $"version {string.Join(", ", gone)} does not serve any more";
    }

    private List<AlertItem> Kept(AlertFacts facts, DateTimeOffset now)
    {
        var open = facts.Open.Where(i => !i.IsAbsence).ToDictionary(i => i.Key);
        var readings = facts.Readings.Where(r => Concerns(r) && facts.Serving.ContainsKey(r.Version)).ToLookup(r => r.Key);
        var judged = from key in open.Keys.Where(k => facts.Serving.ContainsKey(k.Version ?? 0)).Union(readings.Select(g => g.Key))
                     let item = JudgeReadings.Judge(Condition, open.GetValueOrDefault(key), key, [.. readings[key].OrderBy(r => r.To)])
                     where item is not null
                     select item;
        return
        [
            .. judged.OrderByDescending(i => i.Firing).ThenByDescending(i => i.Excess).ThenBy(i => i.Column, StringComparer.Ordinal).ThenBy(i => i.Version).Take(AlertItem.MostKept),
            .. Absence(facts, now),
        ];
    }

    private bool Concerns(Reading reading) => Matches(Condition.Column, reading.Column) && Matches(Condition.Segment, reading.Segment);

    private static bool Matches(string? wanted, string? name) => wanted == AlertCondition.Any ? name is not null : wanted == name;

    private IEnumerable<AlertItem> Absence(AlertFacts facts, DateTimeOffset now)
    {
        if (Condition.AbsentFor is not { } longest || facts.Serving.Count == 0)
            return [];
        var since = facts.Serving.Values.Min();
        if (facts.LastReading > since)
            since = facts.LastReading.Value;
        if (now - since < longest)
            return [];
        // As it was told first: time alone is no other figure.
        return [facts.Open.FirstOrDefault(i => i.IsAbsence) ?? new AlertItem(null, null, null, null, null, null, 0, since, now, since, true, null)];
    }
}
