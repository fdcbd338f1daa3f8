using ModelHub.Domain.Events;

namespace ModelHub.Api.Training;

/// <param name="Reason">What was found about the challengers that failed.</param>
internal sealed record ResetPipelineBreakerInput(string Pipeline, string Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class ResetPipelineBreaker
{
    /// <summary>Lets a pipeline train again after too many of its challengers failed in a row.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PipelineNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Pipeline, Refusal>> ResetPipelineBreakerAsync(
        ResetPipelineBreakerInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(ResetPipelineBreaker), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Pipeline>> RunAsync(ResetPipelineBreakerInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.Of(input.Pipeline)))
            return new NotPermitted();
        if (Guarding.NotAReason("reason", input.Reason) is { } unfit)
            return unfit;
        if (await db.Pipelines.Include(p => p.Model).SingleOrDefaultAsync(p => p.Name == input.Pipeline, ct) is not { } pipeline)
            return new PipelineNotFound(input.Pipeline);
        if (Expect.Revision(pipeline, input.ExpectedRevision) is { } conflict)
            return conflict;
        pipeline.ResetBreaker(now);
        return await db.CommitAsync(new PipelineBreakerReset(pipeline.Name, pipeline.Model.Name, input.Reason), caller.Actor, ct) is { } refused ? refused : pipeline;
    }
}
