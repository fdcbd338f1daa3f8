using ModelHub.Domain.Events;

namespace ModelHub.Api.Environments;

/// <param name="Rank">Its place in the order; the highest is where the champion lives.</param>
/// <param name="Policy">Left out: it asks for nothing but what always stands.</param>
internal sealed record CreateEnvironmentInput(string Name, int Rank, PolicyInput? Policy, string? IdempotencyKey);

[MutationType]
internal static class CreateEnvironment
{
    /// <summary>Adds a place where models can be served. Its name stays for good: it is part of every URL below it.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PlanNotSupported))]
    [Error(typeof(EnvironmentNotFound))]
    [Error(typeof(NameTaken))]
    [Error(typeof(RankTaken))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Environment, Refusal>> CreateEnvironmentAsync(
        CreateEnvironmentInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(CreateEnvironment), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Environment>> RunAsync(CreateEnvironmentInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if ((input.Policy?.ToPolicy() ?? Policy.Open).IsRefused(out var refusal, out var policy))
            return refusal;
        if (Environment.Create(input.Name, input.Rank, policy, now).IsRefused(out refusal, out var environment))
            return refusal;
        if (await db.Environments.AnyAsync(e => e.Name == input.Name, ct))
            return new NameTaken(input.Name);
        if (await db.Environments.AnyAsync(e => e.Rank == input.Rank, ct))
            return new RankTaken(input.Rank);
        if (await db.CheckPlacesAsync(environment, policy, ct) is { } nowhere)
            return nowhere;

        var version = environment.Record(caller.Actor, "as created", now);
        db.Environments.Add(environment);
        db.PolicyVersions.Add(version);
        Event[] events =
        [
            new EnvironmentCreated(environment.Name, environment.Rank),
            new EnvironmentPolicyChanged(environment.Name, policy, version.Number, version.Digest, version.Reason),
        ];
        return await db.CommitAsync(events, caller.Actor, ct) is { } refused ? refused : environment;
    }
}
