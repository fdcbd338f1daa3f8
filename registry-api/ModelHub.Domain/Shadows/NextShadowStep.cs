using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Shadows;

/// <summary>What the next step of a shadow test depends on.</summary>
/// <param name="Primary">The version that has the traffic now.</param>
/// <param name="IsMirrored">Its variant still holds; a change of what is routed may have ended it.</param>
/// <param name="PromotionHasEnded">The promotion of which it is a stage; false when it stands alone.</param>
/// <param name="Placements">Of the candidate.</param>
/// <param name="Found">By all routers so far.</param>
public sealed record ShadowFacts(VersionId? Primary, bool IsMirrored, bool PromotionHasEnded, IReadOnlyList<PlacementFacts> Placements, Comparison Found);

public abstract record ShadowStep
{
    public sealed record Wait(string For) : ShadowStep;

    public sealed record Run : ShadowStep;

    public sealed record End(ShadowJudgement Judgement) : ShadowStep;

    public sealed record Stop(string Reason) : ShadowStep;
}

public sealed partial class ShadowTest
{
    /// <summary>Facts in, the next step out. The same facts give the same step, so a loop may be killed at any line and run again.</summary>
    public ShadowStep Next(ShadowFacts facts, DateTimeOffset now)
    {
        if (State.HasEnded())
            return new ShadowStep.Wait("nothing: it has ended");
        if (facts.PromotionHasEnded)
            return new ShadowStep.Stop("its promotion has ended");
        if (facts.Primary != AgainstId || !facts.IsMirrored)
            return Over(Gates.Verdict.Inconclusive, "another version has the traffic now", facts);
        if (Options.Accompanies)
            return NextBesideStage(facts);
        return State == ShadowTestState.Placing ? NextFromPlacing(facts, now) : NextFromRunning(facts, now);
    }

    /// <summary>The stage that it belongs to judges, and ends it.</summary>
    private ShadowStep NextBesideStage(ShadowFacts facts) =>
        State == ShadowTestState.Running ? new ShadowStep.Wait("the end of its stage")
        : facts.Placements.Any(p => p is { Wanted: true, Retired: null, State: PlacementState.Ready }) ? new ShadowStep.Run()
        : new ShadowStep.Wait("nodes that load and warm it");

    private ShadowStep NextFromPlacing(ShadowFacts facts, DateTimeOffset now)
    {
        var wanted = facts.Placements.Where(p => p is { Wanted: true, Retired: null }).ToList();
        if (wanted.Exists(p => p.State == PlacementState.Ready))
            return new ShadowStep.Run();
        if (wanted.Count > 0 && wanted.TrueForAll(p => p.State == PlacementState.Failed))
            return Over(Gates.Verdict.Fail, $"it cannot be loaded: {wanted[0].Failure ?? "no reason given"}", facts);
        if (now - StartedAt <= PlacingDeadline)
            return new ShadowStep.Wait(wanted.Count == 0 ? "a node with room" : "nodes that load and warm it");
        return Over(Gates.Verdict.Inconclusive, "it was not ready in time", facts);
    }

    private ShadowStep NextFromRunning(ShadowFacts facts, DateTimeOffset now)
    {
        var judgement = ShadowJudge.Judge(facts.Found, Options);
        if (judgement.Verdict != Gates.Verdict.Inconclusive || now - RunningSince >= Options.MaximumTime)
            return new ShadowStep.End(judgement);
        return new ShadowStep.Wait(judgement.Reason);
    }

    private static ShadowStep.End Over(Verdict verdict, string reason, ShadowFacts facts) =>
        new(new ShadowJudgement(verdict, reason, [new ShadowFinding("precondition", null, null, facts.Found.Pairs.Compared, verdict, reason)]));
}
