using ModelHub.Domain.Events;

namespace ModelHub.Api.Promotions;

internal sealed record PausePromotionInput([property: ID<Promotion>] PromotionId Promotion, string? Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class PausePromotion
{
    /// <summary>Lets a promotion go no further than it is: it keeps its share of the traffic, and is rolled back all the same when it fails.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PromotionNotFound))]
    [Error(typeof(NotPausable))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Promotion, Refusal>> PausePromotionAsync(PausePromotionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(PausePromotion), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<Promotion>> RunAsync(PausePromotionInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindPromotionAsync(input.Promotion, caller, ct) is not { } promotion)
            return new PromotionNotFound();
        if (!caller.May(Permission.Operate, promotion.Place()))
            return new NotPermitted();
        var refusal = Expect.Revision(promotion, input.ExpectedRevision)
            ?? promotion.Pause(input.Reason, caller.Actor, now)
            ?? await db.CommitAsync(
                new PromotionPaused(promotion.Id.Value, promotion.Version.Model.Name, promotion.Version.Number, promotion.Environment.Name, input.Reason), caller.Actor, ct);
        return refusal is null ? promotion : refusal;
    }
}
