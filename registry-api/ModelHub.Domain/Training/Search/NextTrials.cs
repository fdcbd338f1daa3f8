namespace ModelHub.Domain.Training.Search;

/// <summary>A trial as the rules see it.</summary>
/// <param name="Rung">The one it has begun last.</param>
public sealed record TrialFacts(int Number, int Rung, TrialState State, IReadOnlyList<RungResult> Results)
{
    public bool IsOpen => State is TrialState.Pending or TrialState.Running;

    public double? At(int rung) => Results.FirstOrDefault(r => r.Rung == rung)?.Metric;
}

/// <param name="Begin">Trials that begin a rung now; a number that is not known yet is drawn first.</param>
/// <param name="Over">Nothing runs and nothing begins any more.</param>
public sealed record SearchStep(IReadOnlyList<(int Number, int Rung)> Begin, bool Over);

/// <summary>
/// Asynchronous successive halving (Li, Jamieson, Rostamizadeh, Gonina, Hardt, Recht, Talwalkar: A System for Massively Parallel
/// Hyperparameter Tuning, 2018, algorithm 2): whoever is free takes the best trial that is among the best 1/η of its rung and has not gone
/// up, from the highest rung down; if there is none, a new one is drawn. Nobody waits for a rung to fill. Beyond the paper: when all are
/// drawn and nothing runs, the best of the highest rung goes up though there are too few to be a share of, so that one comes to the top.
/// </summary>
public static class NextTrials
{
    /// <param name="timeIsUp">Nothing begins any more.</param>
    public static SearchStep Of(SearchRule rule, IReadOnlyList<TrialFacts> trials, bool timeIsUp)
    {
        var known = trials.ToList();
        var begin = new List<(int Number, int Rung)>();
        while (!timeIsUp && known.Count(t => t.IsOpen) < rule.Parallel && Next(rule, known) is { } next)
        {
            begin.Add((next.Number, next.Rung));
            known.RemoveAll(t => t.Number == next.Number);
            known.Add(next);
        }
        return new(begin, !known.Exists(t => t.IsOpen));
    }

    /// <summary>The trial whose settings win: the best at the highest rung that any has a result of. Null when none has any.</summary>
    public static TrialFacts? Winner(SearchRule rule, IReadOnlyList<TrialFacts> trials) =>
        trials.Where(t => t.Results.Count > 0)
            .GroupBy(t => t.Results.Max(r => r.Rung)).MaxBy(rung => rung.Key)?
            .MinBy(t => (t.Results[^1].Metric, t.Number), rule.Best);

    private static TrialFacts? Next(SearchRule rule, List<TrialFacts> trials)
    {
        for (var rung = rule.Top - 1; rung >= 0; rung--)
            if (Promotable(rule, trials, rung, least: 0) is { } better)
                return Up(better);
        if (trials.Count < rule.Trials)
            return new(trials.Select(t => t.Number).DefaultIfEmpty().Max() + 1, 0, TrialState.Pending, []);
        if (trials.Exists(t => t.IsOpen))
            return null;
        var highest = trials.Where(t => t.Results.Count > 0).Select(t => t.Rung).DefaultIfEmpty(rule.Top).Max();
        return highest < rule.Top && Promotable(rule, trials, highest, least: 1) is { } last ? Up(last) : null;
    }

    // With η = 3 and seven results at a rung two may go up; the second one goes when the first has gone already.
    private static TrialFacts? Promotable(SearchRule rule, List<TrialFacts> trials, int rung, int least)
    {
        var ranked = trials.Where(t => t.At(rung) is not null).OrderBy(t => (t.At(rung)!.Value, t.Number), rule.Best).ToList();
        return ranked.Take(Math.Max(least, ranked.Count / rule.Reduction)).FirstOrDefault(t => t.Rung == rung && t.State == TrialState.Paused);
    }

    private static TrialFacts Up(TrialFacts trial) => trial with { Rung = trial.Rung + 1, State = TrialState.Pending };
}
