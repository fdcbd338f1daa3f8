using ModelHub.Database;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Shadows;

namespace ModelHub.Worker.Promotions;

/// <summary>Stages in which a version gets copies of the requests: opens their tests, and ends those that still run when their stage is left.</summary>
internal sealed class MirrorStage
{
    public async Task<Refusal?> EnterAsync(ModelHubDb db, ObservedPromotion observed, int index, Stage.Shadow stage, DateTimeOffset now, CancellationToken ct)
    {
        var promotion = observed.Promotion;
        if ((await OpenAsync(db, observed, stage, now, ct)).IsRefused(out var refusal, out var started)) return await ExplainAsync(db, observed, refusal, now, ct);
        promotion.EnterStage(index, promotion.RoutesRevision ?? 0, now);
        var entered = new PromotionStageEntered(promotion.Id.Value, observed.Model, promotion.Version.Number, promotion.Environment.Name, index, stage.Kind, null);
        return await db.CommitAsync([started, entered, WriteStep.Advanced(observed)], OperationStore.Worker, ct);
    }

    public async Task<Refusal?> RetryAsync(ModelHubDb db, ObservedPromotion observed, DateTimeOffset now, CancellationToken ct)
    {
        var stage = (Stage.Shadow)observed.Promotion.CurrentStage()!;
        return (await OpenAsync(db, observed, stage, now, ct)).IsRefused(out var refusal, out var started)
            ? await ExplainAsync(db, observed, refusal, now, ct)
            : await db.CommitAsync(started, OperationStore.Worker, ct);
    }

    /// <summary>Beside a canary, to learn how far it agrees with the primary.</summary>
    public async Task<Refusal?> CompareAsync(ModelHubDb db, ObservedPromotion observed, DateTimeOffset now, CancellationToken ct)
    {
        var options = ((Stage.Canary)observed.Promotion.CurrentStage()!).Comparison();
        return (await OpenAsync(db, observed, options, now, ct)).IsRefused(out var refusal, out var started)
            ? await ExplainAsync(db, observed, refusal, now, ct)
            : await db.CommitAsync(started, OperationStore.Worker, ct);
    }

    public Task<Refusal?> HoldAsync(ModelHubDb db, ObservedPromotion observed, string reason, DateTimeOffset now, CancellationToken ct)
    {
        observed.Promotion.Hold(reason, now);
        return db.CommitAsync([], OperationStore.Worker, ct);
    }

    /// <summary>A test that still runs when its stage is left was skipped, or belongs to a canary and has told what it was there for. Pending rows for the caller's commit.</summary>
    public async Task<IReadOnlyList<Event>> LeaveAsync(ModelHubDb db, ObservedPromotion observed, DateTimeOffset now, CancellationToken ct)
    {
        if (observed.Facts.Shadow is not { } test || test.State.HasEnded()) return [];
        var found = await db.FoundAsync(test.Id, ct);
        if (test is { Options.Accompanies: true, State: ShadowTestState.Running })
            test.End(ShadowJudge.Judge(found, test.Options), found, now);
        else
            test.Stop(test.Options.Accompanies ? "its stage is over" : "its stage was skipped", found, now);
        await db.CloseShadowTestAsync(test, OperationStore.Worker, now, ct);
        return [new ObservedShadowTest(test, new(null, false, false, [], found)).Over()];
    }

    private static async Task<Result<Event>> OpenAsync(ModelHubDb db, ObservedPromotion observed, Stage.Shadow stage, DateTimeOffset now, CancellationToken ct)
    {
        var options = stage.Options($"plan.stages[{observed.Promotion.StageIndex ?? 0}]").Value;
        return await OpenAsync(db, observed, options, now, ct);
    }

    private static async Task<Result<Event>> OpenAsync(ModelHubDb db, ObservedPromotion observed, ShadowOptions options, DateTimeOffset now, CancellationToken ct)
    {
        var promotion = observed.Promotion;
        var opened = await db.OpenShadowTestAsync(promotion.Version, promotion.Endpoint, options, promotion.Id, OperationStore.Worker, now, ct);
        return opened.IsRefused(out var refusal, out var test) ? refusal : test.Started;
    }

    /// <summary>As when another test of the version runs already: it waits for the end of that.</summary>
    private static async Task<Refusal?> ExplainAsync(ModelHubDb db, ObservedPromotion observed, Refusal refusal, DateTimeOffset now, CancellationToken ct)
    {
        observed.Promotion.Explain(refusal.Message, now);
        return await db.CommitAsync([], OperationStore.Worker, ct) ?? refusal;
    }
}
