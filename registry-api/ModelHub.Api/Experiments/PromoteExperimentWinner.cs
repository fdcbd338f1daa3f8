using ModelHub.Api.Promotions;
using ModelHub.Domain.Experiments;

namespace ModelHub.Api.Experiments;

/// <param name="Plan">The rollout plan; the environment's own when left out.</param>
internal sealed record PromoteExperimentWinnerInput([property: ID<Experiment>] ExperimentId Experiment, string? Plan, string? IdempotencyKey);

[MutationType]
internal static class PromoteExperimentWinner
{
    /// <summary>Asks for the version that won an experiment to take the traffic, as promoteVersion does: gates, approvals and the rollout follow.</summary>
    [Authorize(nameof(Permission.RequestPromotion))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(ExperimentNotFound))]
    [Error(typeof(ExperimentNotWon))]
    [Error(typeof(ExperimentInProgress))]
    [Error(typeof(VersionNotReady))]
    [Error(typeof(VersionNotServable))]
    [Error(typeof(VersionAlreadyLive))]
    [Error(typeof(PlanNotSupported))]
    [Error(typeof(VersionBlocked))]
    [Error(typeof(EnvironmentFrozen))]
    [Error(typeof(ModelHub.Api.Promotions.PromotionInProgress))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Promotion, Refusal>> PromoteExperimentWinnerAsync(
        PromoteExperimentWinnerInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(PromoteExperimentWinner), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Promotion>> RunAsync(PromoteExperimentWinnerInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindExperimentAsync(input.Experiment, caller, ct) is not { } experiment)
            return new ExperimentNotFound();
        if (!caller.May(Permission.RequestPromotion, experiment.Place()))
            return new NotPermitted();
        if (experiment.Winner is not { } winner)
            return new ExperimentNotWon(experiment.State.HasEnded() ? experiment.Reason! : "it has not ended");
        var asked = new PromoteVersionInput(experiment.Endpoint.Model.Name, winner.Version.Number, experiment.Endpoint.Environment.Name, input.Plan, null, null);
        return await PromoteVersion.RunAsync(asked, caller, db, now, ct);
    }
}
