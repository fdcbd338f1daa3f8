using ModelHub.Domain.Events;

namespace ModelHub.Api.Promotions;

internal sealed record ApprovePromotionInput([property: ID<Promotion>] PromotionId Promotion, string? Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class ApprovePromotion
{
    /// <summary>Says yes to a promotion that waits for it. Never by the requester, each person once, a token counting as who made it.</summary>
    [Authorize(nameof(Permission.Approve))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PromotionNotFound))]
    [Error(typeof(NotAwaitingApproval))]
    [Error(typeof(ApprovalByRequester))]
    [Error(typeof(NotAnApprover))]
    [Error(typeof(AlreadyDecided))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Promotion, Refusal>> ApprovePromotionAsync(ApprovePromotionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(ApprovePromotion), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<Promotion>> RunAsync(ApprovePromotionInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindPromotionAsync(input.Promotion, caller, ct) is not { } promotion)
            return new PromotionNotFound();
        if (!caller.May(Permission.Approve, promotion.Place()))
            return new NotPermitted();
        var refusal = Expect.Revision(promotion, input.ExpectedRevision)
            ?? NotAmong(promotion.Environment, caller, promotion.Place())
            ?? promotion.Approve(caller.Actor, input.Reason, now)
            ?? await db.CommitAsync(
                new PromotionApproved(promotion.Id.Value, promotion.Version.Model.Name, promotion.Version.Number, promotion.Environment.Name, input.Reason), caller.Actor, ct);
        return refusal is null ? promotion : refusal;
    }

    private static NotAnApprover? NotAmong(Environment environment, Caller caller, Place place)
        => environment.Policy.Approvers is { } approvers && !approvers.Include(caller.Actor, caller.RolesAt(place))
            ? new NotAnApprover(environment.Name, approvers.Roles, approvers.Names)
            : null;
}
