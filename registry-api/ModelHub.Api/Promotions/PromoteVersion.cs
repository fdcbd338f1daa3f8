using System.Text.Json;
using ModelHub.Domain.Experiments;
using InProgress = ModelHub.Domain.Promotions.PromotionInProgress;

namespace ModelHub.Api.Promotions;

/// <param name="Plan">The name of a rollout plan; without a name or a document the one of the environment's policy, else blue-green.</param>
/// <param name="PlanDocument">A rollout plan of your own: <c>{"name", "stages": [{"stage": "canary", "weight", "hold", "minimumSamples", "maximumTime", "limits": {…}}, {"stage": "live"}]}</c>.</param>
/// <param name="FreezeOverride">Why it must go on though the environment is frozen; needs the operator's right, and is audited.</param>
/// <param name="ExpectedRevision">Of the endpoint; 0 when the model was never served in the environment.</param>
internal sealed record PromoteVersionInput(
    string Model, int Version, string Environment, string? Plan, long? ExpectedRevision, string? IdempotencyKey, JsonElement? PlanDocument = null,
    string? FreezeOverride = null);

[MutationType]
internal static class PromoteVersion
{
    /// <summary>Asks for a version to take the traffic of an environment. Gates, approvals and the rollout follow by themselves.</summary>
    [Authorize(nameof(Permission.RequestPromotion))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(EnvironmentNotFound))]
    [Error(typeof(VersionNotReady))]
    [Error(typeof(VersionNotServable))]
    [Error(typeof(VersionAlreadyLive))]
    [Error(typeof(PlanNotSupported))]
    [Error(typeof(VersionBlocked))]
    [Error(typeof(EnvironmentFrozen))]
    [Error(typeof(PromotionInProgress))]
    [Error(typeof(ExperimentInProgress))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Promotion, Refusal>> PromoteVersionAsync(PromoteVersionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(PromoteVersion), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    internal static async Task<Result<Promotion>> RunAsync(PromoteVersionInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.RequestPromotion, Place.In(input.Model, input.Environment)))
            return new NotPermitted();
        if (input.FreezeOverride is not null && !caller.May(Permission.Operate, Place.In(input.Model, input.Environment)))
            return new NotPermitted();
        if (PlanOf(input).IsRefused(out var unfit, out var plan))
            return unfit;
        if (await db.Versions.Include(v => v.Model).SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return await db.Environments.AnyAsync(e => e.Name == input.Environment, ct) ? new VersionNotFound(input.Model, input.Version) : new EnvironmentNotFound(input.Environment);

        var wish = new PromotionWish(version, input.Environment, plan.Name, plan.Document, input.FreezeOverride, input.ExpectedRevision);
        if ((await db.RequestPromotionAsync(wish, caller.Actor, now, ct)).IsRefused(out var refusal, out var asked))
            return refusal is InProgress open ? new PromotionInProgress(open.Promotion) : refusal;
        var promotion = asked.Promotion;
        var refused = await db.CommitAsync(asked.Events, caller.Actor, ct);
        return refused switch
        {
            null => promotion,
            // Another request was faster by a moment; by now it can be named.
            InProgress => new PromotionInProgress(await OpenPromotions.OfAsync(db, input.Model, input.Environment, ct)),
            _ => refused,
        };
    }

    private static Result<(string? Name, RolloutPlan? Document)> PlanOf(PromoteVersionInput input)
    {
        if (input.PlanDocument is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } document)
            return (input.Plan, (RolloutPlan?)null);
        return PlanDocument.Read(document, "planDocument").IsRefused(out var refusal, out var plan) ? refusal : (input.Plan, plan);
    }
}
