using ModelHub.Domain.Experiments;

namespace ModelHub.Api.Experiments;

internal sealed record StopExperimentInput([property: ID<Experiment>] ExperimentId Experiment, string? Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class StopExperiment
{
    /// <summary>Ends an experiment without a verdict: the control has all traffic again. What was known until then is kept.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(ExperimentNotFound))]
    [Error(typeof(ExperimentEnded))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Experiment, Refusal>> StopExperimentAsync(StopExperimentInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(StopExperiment), input, input.IdempotencyKey, () => db.OnConflictAsync(() => RunAsync(input, caller, db, time.GetUtcNow(), ct)), ct);

    private static async Task<Result<Experiment>> RunAsync(StopExperimentInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FindExperimentAsync(input.Experiment, caller, ct) is not { } experiment)
            return new ExperimentNotFound();
        if (!caller.May(Permission.Operate, experiment.Place()))
            return new NotPermitted();
        var totals = (await db.ArmTotalsAsync([experiment.Id], ct))[experiment.Id];
        if ((Expect.Revision(experiment, input.ExpectedRevision) ?? experiment.Stop(input.Reason, totals, now)) is { } refusal)
            return refusal;
        var over = await db.CloseExperimentAsync(experiment, caller.Actor, now, ct);
        return await db.CommitAsync(over, caller.Actor, ct) is { } refused ? refused : experiment;
    }
}
