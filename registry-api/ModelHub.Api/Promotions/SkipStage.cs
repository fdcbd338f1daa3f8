using ModelHub.Domain.Events;

namespace ModelHub.Api.Promotions;

internal sealed record SkipStageInput([property: ID<Promotion>] PromotionId Promotion, string? Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class SkipStage
{
    /// <summary>Begins the next stage without a verdict on the present one. That it was skipped, by whom and why stays on record.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PromotionNotFound))]
    [Error(typeof(NoStageToSkip))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Promotion, Refusal>> SkipStageAsync(SkipStageInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(SkipStage), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<Promotion>> RunAsync(SkipStageInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindPromotionAsync(input.Promotion, caller, ct) is not { } promotion)
            return new PromotionNotFound();
        if (!caller.May(Permission.Operate, promotion.Place()))
            return new NotPermitted();
        var refusal = Expect.Revision(promotion, input.ExpectedRevision)
            ?? promotion.SkipStage(input.Reason, caller.Actor, now)
            ?? await db.CommitAsync(
                new PromotionStageSkipped(
                    promotion.Id.Value, promotion.Version.Model.Name, promotion.Version.Number, promotion.Environment.Name, promotion.StageIndex!.Value, input.Reason),
                caller.Actor, ct);
        return refusal is null ? promotion : refusal;
    }
}
