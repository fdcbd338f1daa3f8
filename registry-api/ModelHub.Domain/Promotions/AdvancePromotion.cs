namespace ModelHub.Domain.Promotions;

/// <summary>The reconciling loop writes down what <c>Next</c> decided with these; a step that no arrow allows is a bug and throws.</summary>
public sealed partial class Promotion
{
    public void StartGates(DateTimeOffset now) => Become(PromotionState.GatesEvaluating, null, now);

    public void AwaitApproval(DateTimeOffset now) => Become(PromotionState.AwaitingApproval, null, now);

    public void StartPlacing(DateTimeOffset now) => Become(PromotionState.Placing, null, now);

    /// <param name="routesRevision">The routing table that sends traffic to the new version.</param>
    public void StartShifting(long routesRevision, DateTimeOffset now)
    {
        EndStage(null, now);
        Become(PromotionState.Shifting, null, now);
        RoutesRevision = routesRevision;
    }

    /// <summary>All traffic is there; it is watched first when its environment asks for that.</summary>
    /// <param name="switchedAt">When the last live router had applied the table.</param>
    public void Complete(DateTimeOffset switchedAt, DateTimeOffset now)
    {
        Become(Watch is null ? PromotionState.Live : PromotionState.Watching, null, now);
        (StageEnteredAt, StageBeganAt) = (now, switchedAt);
        TimeToLiveMs = Math.Max(0, (switchedAt - Steps.Last(s => s.Name == PromotionState.Placing).At).TotalMilliseconds);
    }

    public void Refuse(string reason, DateTimeOffset now) => Become(PromotionState.Refused, reason, now);

    public void Fail(string reason, DateTimeOffset now) => Become(PromotionState.Failed, reason, now);

    public void RollBack(string reason, DateTimeOffset now)
    {
        EndStage(StageOutcome.Failed, now, reason);
        Become(PromotionState.RolledBack, reason, now);
    }

    /// <summary>The time of its watch is over.</summary>
    /// <param name="reason">What could not be judged; null when it kept to all limits.</param>
    public void EndWatch(string? reason, DateTimeOffset now) => Become(PromotionState.Live, reason, now);

    /// <summary>Says what it waits for; does not count as a step.</summary>
    public void Explain(string waitingFor, DateTimeOffset now)
    {
        if (Reason == waitingFor)
            return;
        (Reason, UpdatedAt) = (waitingFor, now);
    }
}
