using ModelHub.Domain.Gates;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;

namespace ModelHub.Domain.Promotions;

/// <summary>What comes next for a version that has some of the traffic, or all of it and is watched.</summary>
public sealed partial class Promotion
{
    private PromotionStep NextFromStage(PromotionFacts facts, DateTimeOffset now)
    {
        if (CurrentStage() is Stage.Shadow && SkippedBy is null)
            return NextFromShadow(facts, now);
        var judged = facts.Stage is { } seen ? Judged.Of(seen, now) : null;
        // Whoever fails goes back, also when it is paused, and though somebody wants to skip what would find it.
        if (judged?.Verdict.Verdict == Verdict.Fail)
            return new PromotionStep.RollBack(judged);
        if (SkippedBy is null && StageBeganAt is null)
            return ObeyedSince(facts) is { } at ? new PromotionStep.BeginStage(at) : new PromotionStep.Wait("routers that switch");
        if (SkippedBy is null && PausedAt is not null)
            return new PromotionStep.Wait(Held ? Reason! : Waiting("somebody who resumes it", judged));
        if (SkippedBy is null && judged?.Verdict.Verdict != Verdict.Pass)
            return judged is not null && now - StageTimedFrom > MaximumTime
                ? new PromotionStep.Hold(judged)
                : NeedsComparison(facts) ? new PromotionStep.Compare()
                : new PromotionStep.Wait(judged?.Verdict.Reason ?? "windows");
        return NextAfterStage(facts, SkippedBy is null ? judged : null, now);
    }

    /// <summary>The test judges and keeps its own evidence; here its verdict decides as any stage's does.</summary>
    private PromotionStep NextFromShadow(PromotionFacts facts, DateTimeOffset now) => facts.Shadow switch
    {
        null => new PromotionStep.Wait("its shadow test"),
        { State: ShadowTestState.Failed } test => new PromotionStep.FailShadow($"its shadow test failed: {test.Reason}"),
        _ when PausedAt is not null => new PromotionStep.Wait(Held ? Reason! : "somebody who resumes it"),
        { State: ShadowTestState.Passed } => NextAfterStage(facts, null, now),
        { EndedAt: { } ended } when ended < StageTimedFrom => new PromotionStep.RetryShadow(),
        { EndedAt: not null } test => new PromotionStep.HoldShadow($"its shadow test is {test.State}: {test.Reason}"),
        var test => new PromotionStep.Wait($"its shadow test: {test.Reason ?? "it begins"}"),
    };

    /// <summary>A stage with a limit on agreement sends copies of what the primary answers; one that was stopped begins anew when somebody resumes the stage.</summary>
    private bool NeedsComparison(PromotionFacts facts) =>
        CurrentStage() is Stage.Canary { Limits.MinAgreement: not null }
        && (facts.Shadow is not { } test || test.StartedAt < StageEnteredAt || test.EndedAt < StageTimedFrom);

    /// <summary>More traffic needs what the first traffic needed: gates that hold now, and nodes that are ready.</summary>
    private PromotionStep NextAfterStage(PromotionFacts facts, Judged? judged, DateTimeOffset now)
    {
        if (NextFromUnmet(facts, unmet => new PromotionStep.TakeBack(unmet), late: false, now) is { } first)
            return first;
        var there = facts.Placements.Where(p => p is { Wanted: true, Retired: null }).ToList();
        return there.Count == 0 || there.Any(p => p.State != PlacementState.Ready)
            ? new PromotionStep.Wait("nodes that load and warm it")
            : Enter(StageIndex!.Value + 1, judged);
    }

    private PromotionStep NextFromWatch(PromotionFacts facts, DateTimeOffset now)
    {
        if (facts.Stage is not { } seen)
            return new PromotionStep.Wait("windows");
        var judged = Judged.Of(seen, now);
        if (judged.Verdict.Verdict == Verdict.Fail)
            return new PromotionStep.RollBack(judged);
        if (judged.Verdict.Verdict == Verdict.Pass || now - StageEnteredAt > Watch!.Time + WatchGrace)
            return new PromotionStep.EndWatch(judged);
        return new PromotionStep.Wait("the end of its watch");
    }

    private PromotionStep Enter(int index, Judged? judged) =>
        Rollout.Stages[index] is Stage.Live ? new PromotionStep.Shift(judged) : new PromotionStep.EnterStage(index, judged);

    /// <summary>For how long it may be inconclusive.</summary>
    private TimeSpan MaximumTime => CurrentStage() switch
    {
        Stage.Canary canary => canary.MaximumTime,
        Stage.Shadow shadow => shadow.MaximumTime,
        _ => TimeSpan.MaxValue,
    };

    /// <summary>When the last live router obeyed the table of the stage; null while one does not.</summary>
    private DateTimeOffset? ObeyedSince(PromotionFacts facts)
    {
        var live = facts.Routers.Where(r => r.State == RouterState.Ready).ToList();
        return live.Count > 0 && live.All(r => r.RoutesRevision >= RoutesRevision && r.AppliedAt is not null) ? live.Max(r => r.AppliedAt) : null;
    }

    private static string Waiting(string what, Judged? judged) => judged is null ? what : $"{what} ({judged.Verdict.Reason})";
}
