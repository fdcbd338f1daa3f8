using System.Text.Json;
using ModelHub.Domain.Events;
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
        if (await db.Environments.SingleOrDefaultAsync(e => e.Name == input.Environment, ct) is not { } environment)
            return new EnvironmentNotFound(input.Environment);
        if (await db.Versions.Include(v => v.Model).SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return new VersionNotFound(input.Model, input.Version);

        var endpoint = await db.Endpoints.Include(e => e.Variants.Where(v => v.ValidTo == null))
            .SingleOrDefaultAsync(e => e.ModelId == version.ModelId && e.EnvironmentId == environment.Id, ct);
        if (input.ExpectedRevision is { } expected && expected != (endpoint?.Revision ?? 0))
            return new RevisionConflict(expected, endpoint?.Revision ?? 0);
        if (endpoint is null)
            db.Endpoints.Add(endpoint = Endpoint.Open(version.ModelId, environment.Id, now));

        var request = new PromotionRequest(
            version, input.Model, environment, endpoint.Id, endpoint.Primary()?.VersionId, await OpenPromotions.AtAsync(db, endpoint.Id, ct), plan.Name, plan.Document,
            Block: await db.BlockOfAsync(version.Id, environment.Id, ct), FreezeOverride: input.FreezeOverride,
            Experiment: await db.OpenExperimentAtAsync(endpoint.Id, ct));
        if (Promotion.Open(request, caller.Actor, now).IsRefused(out var refusal, out var promotion))
            return refusal is InProgress ? new PromotionInProgress(request.InProgress) : refusal;
        db.Promotions.Add(promotion);
        var requested = new PromotionRequested(promotion.Id.Value, input.Model, input.Version, input.Environment, promotion.Plan);
        Event[] events = input.FreezeOverride is { } why
            ? [requested, new FreezeOverridden(promotion.Id.Value, input.Model, input.Version, input.Environment, why)]
            : [requested];
        var refused = await db.CommitAsync(events, caller.Actor, ct);
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
