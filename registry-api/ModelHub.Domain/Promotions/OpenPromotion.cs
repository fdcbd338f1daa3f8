using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using Environment = ModelHub.Domain.Environments.Environment;

namespace ModelHub.Domain.Promotions;

/// <param name="Current">The version that has the traffic, if any.</param>
/// <param name="InProgress">The open promotion of this endpoint, if any.</param>
public sealed record PromotionRequest(
    Models.Version Version,
    string Model,
    Environment Environment,
    EndpointId Endpoint,
    VersionId? Current,
    PromotionId? InProgress,
    string? Plan);

public sealed partial class Promotion
{
    public static Result<Promotion> Open(PromotionRequest request, Actor actor, DateTimeOffset now)
    {
        if (Refuse(request) is { } refusal)
            return refusal;

        return new Promotion
        {
            Id = PromotionId.New(now),
            VersionId = request.Version.Id,
            EnvironmentId = request.Environment.Id,
            EndpointId = request.Endpoint,
            ReplacesId = request.Current,
            ApprovalsRequired = request.Environment.Policy.Approvals,
            RequestedBy = actor.Value,
            RequestedAt = now,
            Steps = [new PromotionStepRecord(PromotionState.Requested, now)],
            UpdatedAt = now,
        };
    }

    private static Refusal? Refuse(PromotionRequest request) => request switch
    {
        { Plan: not (null or "" or BlueGreen) } => new PlanNotSupported(request.Plan),
        { Version.State: not VersionState.Ready } => new VersionNotReady(request.Model, request.Version.Number, request.Version.State),
        { Version.Signature: null } => new VersionNotServable(request.Model, request.Version.Number, request.Version.Format),
        { InProgress: { } open } => new PromotionInProgress(open),
        _ when request.Current == request.Version.Id => new VersionAlreadyLive(request.Model, request.Version.Number, request.Environment.Name),
        _ => null,
    };
}
