using ModelHub.Database.Rollouts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Promotions;

internal sealed record AbortPromotionInput([property: ID<Promotion>] PromotionId Promotion, string? Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class AbortPromotion
{
    /// <summary>
    /// Ends a promotion; the requester may do so too. What its stages gave the version goes back to the primary. When it has all
    /// the traffic already and is watched, an operator sends that back to the version before, and the promotion is rolled back.
    /// </summary>
    [Authorize(nameof(Permission.RequestPromotion))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PromotionNotFound))]
    [Error(typeof(NotAbortable))]
    [Error(typeof(RollbackTargetNotReady))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Promotion, Refusal>> AbortPromotionAsync(AbortPromotionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(AbortPromotion), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<Promotion>> RunAsync(AbortPromotionInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindPromotionAsync(input.Promotion, caller, ct) is not { } promotion)
            return new PromotionNotFound();
        if (!caller.May(Permission.Operate, promotion.Place())
            && !(promotion.RequestedBy == caller.Actor.Value && caller.May(Permission.RequestPromotion, promotion.Place())))
            return new NotPermitted();
        var endpoint = await db.Endpoints.WithHistory().SingleAsync(e => e.Id == promotion.EndpointId, ct);
        if (Expect.Revision(promotion, input.ExpectedRevision) is { } conflict)
            return conflict;
        if (promotion.State is PromotionState.Shifting or PromotionState.Watching && !caller.May(Permission.Operate, promotion.Place()))
            return new NotPermitted();
        if (promotion.State is PromotionState.Shifting or PromotionState.Watching)
            return await SendBackAsync(input, promotion, endpoint, caller, db, now, ct);
        if (promotion.Abort(input.Reason, caller.Actor, now) is { } refusal)
            return refusal;
        var (_, taken) = await new SplitTraffic(db, promotion, caller.Actor, now).BackAsync($"promotion {promotion.Id.Value} aborted", ct);
        var aborted = new PromotionAborted(promotion.Id.Value, promotion.Version.Model.Name, promotion.Version.Number, promotion.Environment.Name, input.Reason);
        return await db.CommitAsync([.. taken, aborted], caller.Actor, ct) is { } lost ? lost : promotion;
    }

    /// <summary>Only while the version before is still loaded, as it is when traffic has just moved.</summary>
    private static async Task<Result<Promotion>> SendBackAsync(
        AbortPromotionInput input, Promotion promotion, Endpoint endpoint, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (Texts.Longer("reason", input.Reason, Limits.Reason) is { } tooLong)
            return tooLong;
        var choice = RollbackPlan.Choose(promotion.Version.Model.Name, promotion.Environment.Name, await db.ServedAsync(endpoint, ct), null);
        if (choice.Refusal is not null || !choice.Value.Loaded)
            return new NotAbortable(promotion.State);
        var back = await new RollBackEndpoint(db, endpoint, choice.Value, input.Reason ?? $"aborted by {caller.Actor}", caller.Actor, now).RunAsync(ct);
        return back.Refusal is { } refusal ? refusal : promotion;
    }
}
