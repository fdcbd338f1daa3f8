using ModelHub.Domain.Events;

namespace ModelHub.Api.Promotions;

internal sealed record AbortPromotionInput([property: ID<Promotion>] PromotionId Promotion, string? Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class AbortPromotion
{
    /// <summary>Ends a promotion before traffic moves; the requester may do so too.</summary>
    [Authorize(nameof(Permission.RequestPromotion))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PromotionNotFound))]
    [Error(typeof(NotAbortable))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Promotion, Refusal>> AbortPromotionAsync(AbortPromotionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(AbortPromotion), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Promotion>> RunAsync(AbortPromotionInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindPromotionAsync(input.Promotion, caller, ct) is not { } promotion)
            return new PromotionNotFound();
        if (!caller.May(Permission.Operate, promotion.Place())
            && !(promotion.RequestedBy == caller.Actor.Value && caller.May(Permission.RequestPromotion, promotion.Place())))
            return new NotPermitted();
        var refusal = Expect.Revision(promotion, input.ExpectedRevision)
            ?? promotion.Abort(input.Reason, caller.Actor, now)
            ?? await db.CommitAsync(
                new PromotionAborted(promotion.Id.Value, promotion.Version.Model.Name, promotion.Version.Number, promotion.Environment.Name, input.Reason), caller.Actor, ct);
        return refusal is null ? promotion : refusal;
    }
}
