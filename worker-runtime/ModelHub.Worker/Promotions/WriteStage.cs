using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Promotions;

/// <summary>Writes what was decided about a stage or a watch: shares, evidence, and the way back.</summary>
internal sealed class WriteStage(MirrorStage mirror)
{
    /// <inheritdoc cref="WriteStep.RunAsync"/>
    public async Task<Refusal?> RunAsync(ModelHubDb db, ObservedPromotion observed, PromotionStep step, DateTimeOffset now, CancellationToken ct) => step switch
    {
        PromotionStep.EnterStage enter when observed.Promotion.Rollout.Stages[enter.Index] is Stage.Shadow shadow => await mirror.EnterAsync(db, observed, enter.Index, shadow, now, ct),
        PromotionStep.RetryShadow => await mirror.RetryAsync(db, observed, now, ct),
        PromotionStep.Compare => await mirror.CompareAsync(db, observed, now, ct),
        PromotionStep.HoldShadow hold => await mirror.HoldAsync(db, observed, hold.Reason, now, ct),
        PromotionStep.FailShadow fail => await db.CommitAsync(await TakeBackAsync(db, observed, fail.Reason, isBad: true, now, ct), OperationStore.Worker, ct),
        PromotionStep.EnterStage enter => await db.CommitAsync(await EnterAsync(db, observed, enter, now, ct), OperationStore.Worker, ct),
        PromotionStep.Hold hold => await db.CommitAsync(Hold(db, observed, hold, now), OperationStore.Worker, ct),
        PromotionStep.RollBack back when observed.Promotion.State == PromotionState.Watching => await EndBadWatchAsync(db, observed, back.Judged, now, ct),
        PromotionStep.RollBack back => await db.CommitAsync(
            [.. Keep(db, observed, back.Judged), .. await TakeBackAsync(db, observed, back.Judged.Verdict.Reason, isBad: true, now, ct)], OperationStore.Worker, ct),
        PromotionStep.TakeBack back => await db.CommitAsync(await TakeBackAsync(db, observed, back.Reason, isBad: false, now, ct), OperationStore.Worker, ct),
        PromotionStep.EndWatch end => await db.CommitAsync(EndWatch(db, observed, end.Judged, now), OperationStore.Worker, ct),
        _ => throw new InvalidOperationException($"A step of a new kind: {step}."),
    };

    /// <summary>Keeps a verdict with all it was judged on, before the promotion goes on.</summary>
    public IReadOnlyList<Event> Keep(ModelHubDb db, ObservedPromotion observed, Judged? judged)
    {
        if (judged is null) return [];
        var promotion = observed.Promotion;
        var stage = promotion.State == PromotionState.Watching ? null : promotion.StageIndex;
        db.RolloutVerdicts.Add(RolloutVerdict.Keep(promotion.Id, stage, judged.Facts, judged.Verdict, judged.At));
        return [new PromotionStageJudged(
            promotion.Id.Value, observed.Model, promotion.Version.Number, promotion.Environment.Name, stage, judged.Verdict.Verdict, judged.Verdict.Reason, judged.Verdict.Findings)];
    }

    private async Task<IReadOnlyList<Event>> EnterAsync(ModelHubDb db, ObservedPromotion observed, PromotionStep.EnterStage enter, DateTimeOffset now, CancellationToken ct)
    {
        var promotion = observed.Promotion;
        IReadOnlyList<Event> judged = [.. Keep(db, observed, enter.Judged), .. await mirror.LeaveAsync(db, observed, now, ct)];
        var stage = (Stage.Canary)promotion.Rollout.Stages[enter.Index];
        var (routes, events) = await new SplitTraffic(db, promotion, OperationStore.Worker, now).ToAsync(stage, promotion.Endpoint.ReplicasOfNext(), ct);
        promotion.EnterStage(enter.Index, routes, now);
        var entered = new PromotionStageEntered(
            promotion.Id.Value, observed.Model, promotion.Version.Number, promotion.Environment.Name, enter.Index, stage.Kind, stage.Weight);
        return [.. judged, .. events, entered, .. enter.Judged is null && promotion.Stages.Count == 1 ? [WriteStep.Advanced(observed)] : Array.Empty<Event>()];
    }

    private IReadOnlyList<Event> Hold(ModelHubDb db, ObservedPromotion observed, PromotionStep.Hold hold, DateTimeOffset now)
    {
        var judged = Keep(db, observed, hold.Judged);
        observed.Promotion.Hold(hold.Judged.Verdict.Reason, now);
        return judged;
    }

    private async Task<IReadOnlyList<Event>> TakeBackAsync(ModelHubDb db, ObservedPromotion observed, string reason, bool isBad, DateTimeOffset now, CancellationToken ct)
    {
        var (promotion, endpoint) = (observed.Promotion, observed.Promotion.Endpoint);
        var left = await mirror.LeaveAsync(db, observed, now, ct);
        var (routes, events) = await new SplitTraffic(db, promotion, OperationStore.Worker, now).BackAsync($"promotion {promotion.Id.Value} rolled back: {reason}", ct);
        var primary = endpoint.Primary()!;
        if (routes > 0)
            db.Rollbacks.Add(new Rollback(endpoint.Id, promotion.Id, new RollbackPlan(promotion.VersionId, primary.VersionId), routes, reason, OperationStore.Worker, now));
        promotion.RollBack(reason, now);
        var version = new NamedVersion(promotion.VersionId, observed.Model, promotion.Version.Number);
        var blocked = isBad ? await db.BlockAsync(version, promotion.Environment, promotion.Id, reason, OperationStore.Worker, now, ct) : [];
        return
        [
            .. left, .. events, new RolledBack(observed.Model, promotion.Environment.Name, version.Number, primary.Version.Number, reason, promotion.Id.Value), .. blocked, WriteStep.Advanced(observed),
        ];
    }

    /// <summary>All traffic back to the predecessor: at once when it is loaded, as it is while it is kept warm, else when it is.</summary>
    private async Task<Refusal?> EndBadWatchAsync(ModelHubDb db, ObservedPromotion observed, Judged judged, DateTimeOffset now, CancellationToken ct)
    {
        var (promotion, reason) = (observed.Promotion, judged.Verdict.Reason);
        var endpoint = await db.Endpoints.WithHistory().SingleAsync(e => e.Id == promotion.EndpointId, ct);
        var kept = Keep(db, observed, judged);
        if (RollbackPlan.Choose(observed.Model, promotion.Environment.Name, await db.ServedAsync(endpoint, ct), null).IsRefused(out var nothing, out var plan))
        {
            promotion.EndWatch($"{reason}; {nothing.Message}", now);
            return await db.CommitAsync([.. kept, WriteStep.Advanced(observed)], OperationStore.Worker, ct);
        }
        if (plan.Loaded)
            return (await new RollBackEndpoint(db, endpoint, plan, reason, OperationStore.Worker, now) { Before = kept }.RunAsync(ct)).Refusal;
        db.Rollbacks.Add(Rollback.Load(endpoint.Id, plan, reason, OperationStore.Worker, now));
        promotion.EndWatch($"{reason}; it is rolled back as soon as the version before is loaded", now);
        var to = endpoint.Variants.First(v => v.VersionId == plan.To).Version.Number;
        return await db.CommitAsync(
            [.. kept, new RollbackLoading(observed.Model, promotion.Environment.Name, promotion.Version.Number, to, reason), WriteStep.Advanced(observed)], OperationStore.Worker, ct);
    }

    private IReadOnlyList<Event> EndWatch(ModelHubDb db, ObservedPromotion observed, Judged judged, DateTimeOffset now)
    {
        var kept = Keep(db, observed, judged);
        observed.Promotion.EndWatch(judged.Verdict.Verdict == Domain.Gates.Verdict.Pass ? null : $"its watch ended {judged.Verdict.Reason}", now);
        return [.. kept, WriteStep.Advanced(observed)];
    }
}
