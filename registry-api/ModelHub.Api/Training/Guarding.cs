namespace ModelHub.Api.Training;

/// <summary>The guards of a pipeline before a run that somebody asks for.</summary>
internal static class Guarding
{
    public static Refusal? NotAReason(string field, string? reason)
        => string.IsNullOrWhiteSpace(reason) ? new InvalidInput(field, $"a reason of 1 to {Limits.Reason} characters") : Texts.Longer(field, reason, Limits.Reason);

    /// <summary>What holds a run back now; from here to the commit nobody else asks for one of the model.</summary>
    public static async Task<Held?> HoldAsync(ModelHubDb db, Pipeline pipeline, DateTimeOffset now, CancellationToken ct)
    {
        if (pipeline.Triggers is not { } policy)
            return null;
        await db.HoldTrainingOfAsync(pipeline.ModelId, ct);
        return NextRetraining.Hold(policy, await db.ReadRunFactsAsync(pipeline, now, ct), now);
    }

    /// <summary>Does what may be held back once, and counts who was.</summary>
    public static async Task<MutationResult<T, Refusal>> OnceAsync<T>(
        ModelHubDb db, IDbContextFactory<ModelHubDb> factory, Caller caller, string mutation, object input, string? key, string pipeline, DateTimeOffset now,
        Func<Task<Result<T>>> work, CancellationToken ct)
        where T : class
    {
        TrainingHeldBack? heldBack = null;
        var answer = await db.OnceAsync(caller, mutation, input, key, async () =>
        {
            var result = await work();
            heldBack = result.Refusal as TrainingHeldBack;
            return result;
        }, ct);
        if (heldBack is { } held)
            await RecordAsync(factory, pipeline, new Held(held.Guard, held.Reason, held.Until), caller, now, ct);
        return answer;
    }

    // In a transaction of its own: that of the request stores nothing.
    private static async Task RecordAsync(IDbContextFactory<ModelHubDb> factory, string name, Held held, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var pipeline = await db.Pipelines.AsNoTracking().Include(p => p.Model).SingleAsync(p => p.Name == name, ct);
        var (events, _) = await db.RecordSkipsAsync(pipeline, [Cause.ByHand(caller.Actor.Value, now)], held, now, ct);
        // Refused when the same was counted a moment before by another request.
        _ = await db.CommitAsync(events, caller.Actor, ct);
    }
}
