using ModelHub.Domain.Events;

namespace ModelHub.Api.Promotions;

/// <param name="Reason">What cannot wait; kept with the promotion and in the log.</param>
internal sealed record OverrideFreezeInput([property: ID<Promotion>] PromotionId Promotion, string Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class OverrideFreeze
{
    /// <summary>An emergency: lets a promotion go on though its environment is frozen. Gates and approvals stay as they are.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PromotionNotFound))]
    [Error(typeof(NoFreezeToOverride))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Promotion, Refusal>> OverrideFreezeAsync(OverrideFreezeInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(OverrideFreeze), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<Promotion>> RunAsync(OverrideFreezeInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindPromotionAsync(input.Promotion, caller, ct) is not { } promotion)
            return new PromotionNotFound();
        if (!caller.May(Permission.Operate, promotion.Place()))
            return new NotPermitted();
        var refusal = Expect.Revision(promotion, input.ExpectedRevision)
            ?? promotion.OverrideFreeze(input.Reason, caller.Actor, now)
            ?? await db.CommitAsync(
                new FreezeOverridden(promotion.Id.Value, promotion.Version.Model.Name, promotion.Version.Number, promotion.Environment.Name, input.Reason), caller.Actor, ct);
        return refusal is null ? promotion : refusal;
    }
}
