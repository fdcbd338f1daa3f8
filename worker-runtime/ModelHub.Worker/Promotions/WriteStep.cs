using ModelHub.Database;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Rollouts;

namespace ModelHub.Worker.Promotions;

/// <summary>Writes a decided step in one transaction with its events.</summary>
internal sealed class WriteStep(MoveChampion champion, WriteStage stages, MirrorStage mirror)
{
    private static readonly TimeSpan Reasons = TimeSpan.FromSeconds(3);

    /// <returns>Null when written; else why not: somebody else changed the promotion or its endpoint first.</returns>
    public async Task<Refusal?> RunAsync(ModelHubDb db, ObservedPromotion observed, PromotionStep step, DateTimeOffset now, CancellationToken ct)
    {
        var promotion = observed.Promotion;
        switch (step)
        {
            case PromotionStep.Wait wait:
                // Counts in a reason change with every window; what is shown may lag behind them.
                if (promotion.Reason == wait.For || (promotion.State == PromotionState.RollingOut && now - promotion.UpdatedAt < Reasons)) return null;
                promotion.Explain(wait.For, now);
                return await db.CommitAsync([], OperationStore.Worker, ct);
            case PromotionStep.EvaluateGates:
                return await db.CommitAsync(EvaluateGates(db, observed, now), OperationStore.Worker, ct);
            case PromotionStep.Place place:
                await db.BumpAsync(Numbered.Assignments, ct);
                await WritePlacements.WantAsync(db, promotion.EndpointId, place.Nodes.Select(node => (promotion.VersionId, node)), now, ct);
                return await db.CommitAsync([], OperationStore.Worker, ct);
            case PromotionStep.Shift shift:
                return await db.CommitAsync(
                    [.. stages.Keep(db, observed, shift.Judged), .. await mirror.LeaveAsync(db, observed, now, ct), .. await ShiftAsync(db, observed, now, ct)], OperationStore.Worker, ct);
            case PromotionStep.Complete complete:
                promotion.Complete(complete.SwitchedAt, now);
                return await db.CommitAsync([Promoted(observed), .. await champion.MoveAsync(db, promotion, now, ct)], OperationStore.Worker, ct);
            case PromotionStep.AwaitApproval:
                promotion.AwaitApproval(now);
                break;
            case PromotionStep.StartPlacing:
                promotion.StartPlacing(now);
                break;
            case PromotionStep.Refuse refuse:
                promotion.Refuse(refuse.Reason, now);
                break;
            case PromotionStep.Fail fail:
                promotion.Fail(fail.Reason, now);
                break;
            case PromotionStep.BeginStage begin:
                promotion.BeginStage(begin.At, now);
                return await db.CommitAsync([], OperationStore.Worker, ct);
            case PromotionStep.EnterStage or PromotionStep.Hold or PromotionStep.RollBack or PromotionStep.TakeBack or PromotionStep.EndWatch
                or PromotionStep.HoldShadow or PromotionStep.RetryShadow or PromotionStep.FailShadow or PromotionStep.Compare:
                return await stages.RunAsync(db, observed, step, now, ct);
            default:
                throw new InvalidOperationException($"A step of a new kind: {step}.");
        }
        return await db.CommitAsync(Advanced(observed), OperationStore.Worker, ct);
    }

    private static GatesEvaluated EvaluateGates(ModelHubDb db, ObservedPromotion observed, DateTimeOffset now)
    {
        var promotion = observed.Promotion;
        var evidence = observed.Facts.Gates.Select(gate => GateEvidence.Gather(promotion.Id, gate, observed.Facts.PolicyDigest, now)).ToArray();
        db.GateEvidence.AddRange(evidence);
        db.GateRounds.Add(new GateRound(promotion.Id, observed.Gates, observed.Facts.PolicyDigest, now));
        // Also when it is in that state already the row changes, so that of two workers one writes its evidence.
        if (promotion.State is PromotionState.GatesEvaluating or PromotionState.Placing or PromotionState.RollingOut) promotion.Explain(string.Create(null, $"gates evaluated at {now:O}"), now);
        else promotion.StartGates(now);
        return new(promotion.Id.Value, observed.Model, promotion.Version.Number, promotion.Environment.Name,
            [.. evidence.Select(e => new GateVerdict(e.Gate, e.Verdict, e.Reason, e.InputsDigest()))]);
    }

    private static async Task<IReadOnlyList<Event>> ShiftAsync(ModelHubDb db, ObservedPromotion observed, DateTimeOffset now, CancellationToken ct)
    {
        var (promotion, endpoint) = (observed.Promotion, observed.Promotion.Endpoint);
        var from = endpoint.Primary()?.Version.Number;
        var routes = await db.BumpAsync(Numbered.Routes, ct);
        var variant = endpoint.Shift(promotion.VersionId, endpoint.ReplicasOfNext(), now + Promotion.KeepWarm + (promotion.Watch?.Time ?? TimeSpan.Zero), now);
        db.Variants.Add(variant);
        var reason = $"promotion {promotion.Id.Value}";
        db.RoutingChanges.Add(new RoutingChange(
            endpoint.Id, [new(variant.Id, variant.VersionId, promotion.Version.Number, variant.Role, variant.Weight)], routes, reason, OperationStore.Worker, now));
        promotion.StartShifting(routes, now);
        return [new RoutingChanged(observed.Model, promotion.Environment.Name, from, promotion.Version.Number, reason, routes), Advanced(observed)];
    }

    internal static PromotionAdvanced Advanced(ObservedPromotion observed)
    {
        var promotion = observed.Promotion;
        return new(promotion.Id.Value, observed.Model, promotion.Version.Number, promotion.Environment.Name, promotion.State, promotion.Reason);
    }

    private static VersionPromoted Promoted(ObservedPromotion observed)
    {
        var promotion = observed.Promotion;
        return new(promotion.Id.Value, observed.Model, promotion.Version.Number, promotion.Environment.Name, promotion.Replaces?.Number, promotion.TimeToLiveMs!.Value);
    }
}
