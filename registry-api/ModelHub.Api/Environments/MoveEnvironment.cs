using ModelHub.Domain.Events;

namespace ModelHub.Api.Environments;

internal sealed record MoveEnvironmentInput(string Environment, int Rank, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class MoveEnvironment
{
    /// <summary>Gives an environment another place in the order. What is live stays; the champion follows with the next promotion.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(EnvironmentNotFound))]
    [Error(typeof(RankTaken))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Environment, Refusal>> MoveEnvironmentAsync(
        MoveEnvironmentInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(MoveEnvironment), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Environment>> RunAsync(MoveEnvironmentInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        var all = await db.Environments.ToListAsync(ct);
        if (all.Find(e => e.Name == input.Environment) is not { } environment)
            return new EnvironmentNotFound(input.Environment);
        if (all.Exists(e => e != environment && e.Rank == input.Rank))
            return new RankTaken(input.Rank);
        var from = environment.Rank;
        var refusal = Expect.Revision(environment, input.ExpectedRevision)
            ?? environment.MoveTo(input.Rank, now)
            ?? Orphan(all)
            ?? await db.CommitAsync(new EnvironmentMoved(environment.Name, from, input.Rank), caller.Actor, ct);
        return refusal is null ? environment : refusal;
    }

    /// <summary>The lowest environment has none before it, from which its policy could ask for a promotion.</summary>
    private static InvalidInput? Orphan(IEnumerable<Environment> all)
        => all.MinBy(e => e.Rank) is { Policy.FromEnvironmentBefore: true } lowest
            ? new InvalidInput("rank", $"one that leaves an environment before {lowest.Name}, whose policy asks for it")
            : null;
}
