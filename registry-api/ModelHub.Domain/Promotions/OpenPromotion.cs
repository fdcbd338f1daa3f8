using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Domain.Promotions;

/// <param name="Current">The version that has the traffic, if any.</param>
/// <param name="InProgress">The open promotion of this endpoint, if any.</param>
/// <param name="Plan">The name of a built-in plan; blue-green when there is none.</param>
/// <param name="Watch">What is asked of it once it has all traffic; null: nothing.</param>
/// <param name="Block">The block on the version in this environment, if there is one.</param>
/// <param name="Rollout">A plan of the caller's own, instead of a name.</param>
public sealed record PromotionRequest(
    Models.Version Version,
    string Model,
    Environment Environment,
    EndpointId Endpoint,
    VersionId? Current,
    PromotionId? InProgress,
    string? Plan,
    RolloutPlan? Rollout = null,
    WatchPolicy? Watch = null,
    VersionBlock? Block = null);

public sealed partial class Promotion
{
    public static Result<Promotion> Open(PromotionRequest request, Actor actor, DateTimeOffset now)
    {
        if (Refuse(request) is { } refusal)
            return refusal;
        if (PlanOf(request).IsRefused(out var unfit, out var plan))
            return unfit;

        return new Promotion
        {
            Id = PromotionId.New(now),
            VersionId = request.Version.Id,
            EnvironmentId = request.Environment.Id,
            EndpointId = request.Endpoint,
            ReplacesId = request.Current,
            ApprovalsRequired = request.Environment.Policy.Approvals,
            Plan = plan.Name,
            Rollout = plan,
            Watch = request.Watch,
            RequestedBy = actor.Value,
            RequestedAt = now,
            Steps = [new PromotionStepRecord(PromotionState.Requested, now)],
            UpdatedAt = now,
        };
    }

    private static Refusal? Refuse(PromotionRequest request) => request switch
    {
        { Version.State: not VersionState.Ready } => new VersionNotReady(request.Model, request.Version.Number, request.Version.State),
        { Version.Signature: null } => new VersionNotServable(request.Model, request.Version.Number, request.Version.Format),
        { Block: { } block } => new VersionBlocked(request.Model, request.Version.Number, request.Environment.Name, block.By, block.Reason, block.At),
        { InProgress: { } open } => new PromotionInProgress(open),
        _ when request.Current == request.Version.Id => new VersionAlreadyLive(request.Model, request.Version.Number, request.Environment.Name),
        _ => null,
    };

    private static Result<RolloutPlan> PlanOf(PromotionRequest request)
    {
        var name = string.IsNullOrEmpty(request.Plan) ? RolloutPlan.BlueGreen.Name : request.Plan;
        if ((request.Rollout ?? RolloutPlan.Named(name)) is not { } plan)
            return new PlanNotSupported(name);
        if (request.Rollout is not null && !string.IsNullOrEmpty(request.Plan))
            return new InvalidInput("plan", "either a name or a document");
        if (plan.Check() is { } refusal)
            return refusal;
        return plan.Stages.Any(stage => stage is Stage.Shadow) ? new InvalidInput("plan.stages", "shadow is not supported yet: canary and live are") : plan;
    }
}
