using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Domain.Promotions;

/// <param name="Current">The version that has the traffic, if any.</param>
/// <param name="InProgress">The open promotion of this endpoint, if any.</param>
/// <param name="Plan">The name of a built-in plan or of the policy's; null: the policy's, else blue-green.</param>
/// <param name="Watch">What is asked of it once it has all traffic; null: what the policy asks.</param>
/// <param name="Block">The block on the version in this environment, if there is one.</param>
/// <param name="Rollout">A plan of the caller's own, instead of a name.</param>
/// <param name="FreezeOverride">Why it must go on though the environment is frozen; null: it need not.</param>
/// <param name="Experiment">The open experiment of this endpoint, if any.</param>
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
    VersionBlock? Block = null,
    string? FreezeOverride = null,
    ExperimentId? Experiment = null);

public sealed partial class Promotion
{
    public static Result<Promotion> Open(PromotionRequest request, Actor actor, DateTimeOffset now)
    {
        if ((Refuse(request) ?? RefuseFrozen(request, now)) is { } refusal)
            return refusal;
        if (PlanOf(request).IsRefused(out var unfit, out var plan))
            return unfit;

        var promotion = new Promotion
        {
            Id = PromotionId.New(now),
            VersionId = request.Version.Id,
            EnvironmentId = request.Environment.Id,
            EndpointId = request.Endpoint,
            ReplacesId = request.Current,
            ApprovalsRequired = request.Environment.Policy.Approvals,
            Plan = plan.Name,
            Rollout = plan,
            Watch = request.Watch ?? request.Environment.Policy.Watch,
            RequestedBy = actor.Value,
            RequestedByPerson = actor.Person,
            RequestedAt = now,
            Steps = [new PromotionStepRecord(PromotionState.Requested, now)],
            UpdatedAt = now,
        };
        return request.FreezeOverride is { } why && promotion.OverrideFreeze(why, actor, now) is { } unexplained ? unexplained : promotion;
    }

    private static EnvironmentFrozen? RefuseFrozen(PromotionRequest request, DateTimeOffset now) =>
        request.FreezeOverride is null && request.Environment.Policy.Freeze?.At(now) is { Action: FreezeAction.Refuse } freeze
            ? new EnvironmentFrozen(request.Environment.Name, freeze.Name, freeze.Until)
            : null;

    private static Refusal? Refuse(PromotionRequest request) => request switch
    {
        { Version.State: not VersionState.Ready } => new VersionNotReady(request.Model, request.Version.Number, request.Version.State),
        { Version.Signature: null } => new VersionNotServable(request.Model, request.Version.Number, request.Version.Format),
        { Block: { } block } => new VersionBlocked(request.Model, request.Version.Number, request.Environment.Name, block.By, block.Reason, block.At),
        { InProgress: { } open } => new PromotionInProgress(open),
        { Experiment: not null } => new ExperimentInProgress(),
        _ when request.Current == request.Version.Id => new VersionAlreadyLive(request.Model, request.Version.Number, request.Environment.Name),
        _ => null,
    };

    private static Result<RolloutPlan> PlanOf(PromotionRequest request)
    {
        if ((request.Rollout ?? Named(request.Plan, request.Environment.Policy.DefaultPlan)) is not { } plan)
            return new PlanNotSupported(request.Plan!);
        if (request.Rollout is not null && !string.IsNullOrEmpty(request.Plan))
            return new InvalidInput("plan", "either a name or a document");
        if (plan.Check() is { } refusal)
            return refusal;
        var unfit = plan.Stages.Select((stage, i) => (stage as Stage.Shadow)?.Options($"plan.stages[{i}]").Refusal).FirstOrDefault(refused => refused is not null);
        return unfit is null ? plan : unfit;
    }

    /// <summary>A name may be a built-in one or that of the environment's own plan; no name means that plan, or all at once.</summary>
    private static RolloutPlan? Named(string? name, RolloutPlan? ofPolicy)
    {
        if (string.IsNullOrEmpty(name))
            return ofPolicy ?? RolloutPlan.BlueGreen;
        return ofPolicy?.Name == name ? ofPolicy : RolloutPlan.Named(name);
    }
}
