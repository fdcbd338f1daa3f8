using ModelHub.Domain.Events;

namespace ModelHub.Api.Promotions;

internal sealed record RejectPromotionInput([property: ID<Promotion>] PromotionId Promotion, string? Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class RejectPromotion
{
    /// <summary>Says no to a promotion that waits for approval, which ends it.</summary>
    [Authorize(nameof(Permission.Approve))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PromotionNotFound))]
    [Error(typeof(NotAwaitingApproval))]
    [Error(typeof(ApprovalByRequester))]
    [Error(typeof(AlreadyDecided))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Promotion, Refusal>> RejectPromotionAsync(RejectPromotionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(RejectPromotion), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<Promotion>> RunAsync(RejectPromotionInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindPromotionAsync(input.Promotion, caller, ct) is not { } promotion)
            return new PromotionNotFound();
        if (!caller.May(Permission.Approve, promotion.Place()))
            return new NotPermitted();
        var refusal = Expect.Revision(promotion, input.ExpectedRevision)
            ?? promotion.Reject(caller.Actor, input.Reason, now)
            ?? await db.CommitAsync(
                new PromotionRejected(promotion.Id.Value, promotion.Version.Model.Name, promotion.Version.Number, promotion.Environment.Name, input.Reason), caller.Actor, ct);
        return refusal is null ? promotion : refusal;
    }
}
