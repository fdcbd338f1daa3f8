using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Experiments;

/// <summary>What the next step of an experiment depends on.</summary>
/// <param name="Primary">The version in the role of the primary now.</param>
/// <param name="ArmsHold">Every arm's variant still holds; a change of what is routed may have ended some.</param>
/// <param name="Placements">Of all arms.</param>
/// <param name="Totals">By arm, the control first.</param>
public sealed record ExperimentFacts(VersionId? Primary, bool ArmsHold, IReadOnlyList<PlacementFacts> Placements, IReadOnlyList<ArmTotals> Totals);

public abstract record ExperimentStep
{
    public sealed record Wait(string For) : ExperimentStep;

    /// <summary>All arms are ready: give them their shares.</summary>
    public sealed record Run : ExperimentStep;

    public sealed record End(ExperimentJudgement Judgement) : ExperimentStep;
}

public sealed partial class Experiment
{
    /// <summary>Facts in, the next step out. The same facts give the same step, so a loop may be killed at any line and run again.</summary>
    public ExperimentStep Next(ExperimentFacts facts, DateTimeOffset now)
    {
        if (State.HasEnded())
            return new ExperimentStep.Wait("nothing: it has ended");
        if (facts.Primary != Control.VersionId || !facts.ArmsHold)
            return Over("another decision took the traffic", facts);
        return State == ExperimentState.Preparing ? NextFromPreparing(facts, now) : NextFromRunning(facts, now);
    }

    private ExperimentStep NextFromPreparing(ExperimentFacts facts, DateTimeOffset now)
    {
        var wanted = facts.Placements.Where(p => p is { Wanted: true, Retired: null }).ToLookup(p => p.Version);
        var waiting = arms.Where(a => !wanted[a.VersionId].Any(p => p.State == PlacementState.Ready)).OrderBy(a => a.Number).ToList();
        if (waiting.Count == 0)
            return new ExperimentStep.Run();
        var dead = waiting.Find(a => wanted[a.VersionId].Any() && wanted[a.VersionId].All(p => p.State == PlacementState.Failed));
        if (dead is not null)
            return Over($"arm {dead.Name} cannot be loaded: {wanted[dead.VersionId].First().Failure ?? "no reason given"}", facts);
        var names = string.Join(", ", waiting.Select(a => a.Name));
        return now - StartedAt <= PreparingDeadline
            ? new ExperimentStep.Wait($"nodes that load and warm {names}")
            : Over($"{names} was not ready in time", facts);
    }

    private ExperimentStep NextFromRunning(ExperimentFacts facts, DateTimeOffset now)
    {
        var judgement = Judge(facts.Totals);
        return judgement.IsOver || now - RunningSince >= Options.MaximumTime
            ? new ExperimentStep.End(judgement)
            : new ExperimentStep.Wait(judgement.Reason);
    }

    /// <summary>What the values say by then does not count.</summary>
    private ExperimentStep.End Over(string reason, ExperimentFacts facts) => new(ExperimentJudgement.Inconclusive(reason, facts.Totals, Judge(facts.Totals).Ratios));
}
