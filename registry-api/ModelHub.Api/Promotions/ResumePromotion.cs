using ModelHub.Domain.Events;

namespace ModelHub.Api.Promotions;

internal sealed record ResumePromotionInput([property: ID<Promotion>] PromotionId Promotion, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class ResumePromotion
{
    /// <summary>Lets a paused promotion go on; its stage gets its maximum time anew.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(PromotionNotFound))]
    [Error(typeof(NotPaused))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    [Error(typeof(InvalidInput))]
    public static Task<MutationResult<Promotion, Refusal>> ResumePromotionAsync(ResumePromotionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(ResumePromotion), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<Promotion>> RunAsync(ResumePromotionInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindPromotionAsync(input.Promotion, caller, ct) is not { } promotion)
            return new PromotionNotFound();
        if (!caller.May(Permission.Operate, promotion.Place()))
            return new NotPermitted();
        var refusal = Expect.Revision(promotion, input.ExpectedRevision)
            ?? promotion.Resume(caller.Actor, now)
            ?? await db.CommitAsync(
                new PromotionResumed(promotion.Id.Value, promotion.Version.Model.Name, promotion.Version.Number, promotion.Environment.Name), caller.Actor, ct);
        return refusal is null ? promotion : refusal;
    }
}
