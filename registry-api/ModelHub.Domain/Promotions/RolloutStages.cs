using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Promotions;

/// <summary>Where it stands in its plan, and what people may do about that.</summary>
public sealed partial class Promotion
{
    /// <summary>The stage it is in or was in last, from 0; null before the first.</summary>
    public int? StageIndex { get; private set; }

    /// <summary>When the stage, or the watch, was decided on.</summary>
    public DateTimeOffset? StageEnteredAt { get; private set; }

    /// <summary>Since when every live router deals requests so; null until then.</summary>
    public DateTimeOffset? StageBeganAt { get; private set; }

    /// <summary>From when its maximum time counts: begun, or resumed.</summary>
    public DateTimeOffset? StageTimedFrom { get; private set; }

    /// <summary>Null while it goes on by itself.</summary>
    public DateTimeOffset? PausedAt { get; private set; }

    public string? PausedBy { get; private set; }

    /// <summary>It paused by itself, because its stage was still inconclusive when its time was up.</summary>
    public bool Held { get; private set; }

    /// <summary>Who wants the present stage skipped; null again in the next.</summary>
    public string? SkippedBy { get; private set; }

    public IReadOnlyList<StageRecord> Stages { get; private set; } = [];

    /// <summary>What is asked of it once it has all traffic; null: nothing.</summary>
    public WatchPolicy? Watch { get; private set; }

    /// <summary>The stage it is in; null when it is in none.</summary>
    public Stage? CurrentStage() => State == PromotionState.RollingOut ? Rollout.Stages[StageIndex!.Value] : null;

    /// <param name="routesRevision">The routing table that gives the candidate its share.</param>
    public void EnterStage(int index, long routesRevision, DateTimeOffset now)
    {
        EndStage(null, now);
        if (State == PromotionState.RollingOut)
            (Reason, UpdatedAt) = (null, now);
        else
            Become(PromotionState.RollingOut, null, now);
        var stage = Rollout.Stages[index];
        (StageIndex, StageEnteredAt, StageBeganAt, StageTimedFrom, SkippedBy, RoutesRevision) = (index, now, null, now, null, routesRevision);
        Stages = [.. Stages, new StageRecord(index, stage.Kind, (stage as Stage.Canary)?.Weight, StageOutcome.Running, now)];
    }

    public void BeginStage(DateTimeOffset at, DateTimeOffset now) => (StageBeganAt, StageTimedFrom, UpdatedAt) = (at, now, now);

    /// <summary>Its time is up, and nobody can say whether it is well.</summary>
    public void Hold(string reason, DateTimeOffset now) => (PausedAt, PausedBy, Held, Reason, UpdatedAt) = (now, null, true, reason, now);

    /// <summary>It keeps the share it has, goes no further, and is rolled back all the same when it fails.</summary>
    public Refusal? Pause(string? reason, Actor by, DateTimeOffset now)
    {
        if (Texts.Longer("reason", reason, Limits.Reason) is { } refusal)
            return refusal;
        if (PausedAt is not null || State is not (PromotionState.Placing or PromotionState.RollingOut))
            return new NotPausable(State);
        (PausedAt, PausedBy, Reason, UpdatedAt) = (now, by.Value, Said(reason), now);
        return null;
    }

    /// <summary>Its stage gets its whole time anew.</summary>
    public Refusal? Resume(Actor by, DateTimeOffset now)
    {
        if (PausedAt is null || !State.IsOpen())
            return new NotPaused();
        (PausedAt, PausedBy, Held, StageTimedFrom, Reason, UpdatedAt) = (null, null, false, now, $"resumed by {by}", now);
        return null;
    }

    /// <summary>The next stage begins without a verdict on this one; that it was skipped, and by whom, stays on record.</summary>
    public Refusal? SkipStage(string? reason, Actor by, DateTimeOffset now)
    {
        if (Texts.Longer("reason", reason, Limits.Reason) is { } refusal)
            return refusal;
        if (State != PromotionState.RollingOut || SkippedBy is not null)
            return new NoStageToSkip(State);
        (SkippedBy, PausedAt, PausedBy, Held, UpdatedAt) = (by.Value, null, null, false, now);
        Reason = Said(reason) ?? $"stage skipped by {by}";
        return null;
    }

    /// <param name="outcome">Null: skipped if somebody wanted that, else passed.</param>
    private void EndStage(StageOutcome? outcome, DateTimeOffset now, string? reason = null, Actor? by = null)
    {
        (PausedAt, PausedBy, Held) = (null, null, false);
        if (Stages.Count == 0 || Stages[^1].Outcome != StageOutcome.Running)
            return;
        var ended = outcome ?? (SkippedBy is null ? StageOutcome.Passed : StageOutcome.Skipped);
        var who = ended == StageOutcome.Skipped ? SkippedBy : by?.Value;
        Stages = [.. Stages.SkipLast(1), Stages[^1] with { Outcome = ended, EndedAt = now, Reason = reason ?? (ended == StageOutcome.Skipped ? Reason : null), By = who }];
    }
}
