using ModelHub.Api.Promotions;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Shadows;

namespace ModelHub.Api.Shadows;

/// <param name="Plan">The rollout plan; the environment's own when left out.</param>
internal sealed record PromoteShadowCandidateInput([property: ID<ShadowTest>] ShadowTestId ShadowTest, string? Plan, string? IdempotencyKey);

[MutationType]
internal static class PromoteShadowCandidate
{
    /// <summary>Asks for the candidate of a passed shadow test to take the traffic, as promoteVersion does: gates, approvals and the rollout follow.</summary>
    [Authorize(nameof(Permission.RequestPromotion))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(ShadowTestNotFound))]
    [Error(typeof(ShadowTestNotPassed))]
    [Error(typeof(VersionNotReady))]
    [Error(typeof(VersionNotServable))]
    [Error(typeof(VersionAlreadyLive))]
    [Error(typeof(PlanNotSupported))]
    [Error(typeof(VersionBlocked))]
    [Error(typeof(ModelHub.Api.Promotions.PromotionInProgress))]
    [Error(typeof(ExperimentInProgress))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Promotion, Refusal>> PromoteShadowCandidateAsync(
        PromoteShadowCandidateInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(PromoteShadowCandidate), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Promotion>> RunAsync(PromoteShadowCandidateInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindShadowTestAsync(input.ShadowTest, caller, ct) is not { } test)
            return new ShadowTestNotFound();
        if (!caller.May(Permission.RequestPromotion, test.Place()))
            return new NotPermitted();
        if (test.State != ShadowTestState.Passed)
            return new ShadowTestNotPassed(test.State);
        var asked = new PromoteVersionInput(test.Version.Model.Name, test.Version.Number, test.Endpoint.Environment.Name, input.Plan, null, null);
        return await PromoteVersion.RunAsync(asked, caller, db, now, ct);
    }
}
