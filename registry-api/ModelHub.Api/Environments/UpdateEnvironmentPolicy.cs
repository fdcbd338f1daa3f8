using ModelHub.Domain.Events;

namespace ModelHub.Api.Environments;

/// <param name="Reason">Why it changes; kept in the history.</param>
internal sealed record UpdateEnvironmentPolicyInput(string Environment, PolicyInput Policy, string? Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class UpdateEnvironmentPolicy
{
    /// <summary>Replaces the policy of an environment; the old one stays in its history. Promotions under way are judged by the new one.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PlanNotSupported))]
    [Error(typeof(EnvironmentNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Environment, Refusal>> UpdateEnvironmentPolicyAsync(
        UpdateEnvironmentPolicyInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(UpdateEnvironmentPolicy), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Environment>> RunAsync(UpdateEnvironmentPolicyInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, new Place(null, input.Environment)))
            return new NotPermitted();
        if (await db.Environments.SingleOrDefaultAsync(e => e.Name == input.Environment, ct) is not { } environment)
            return new EnvironmentNotFound(input.Environment);

        if (input.Policy.ToPolicy().IsRefused(out var refusal, out var policy))
            return refusal;
        if ((Expect.Revision(environment, input.ExpectedRevision) ?? await db.CheckPlacesAsync(environment, policy, ct)) is { } conflict)
            return conflict;
        if (environment.Adopt(policy, caller.Actor, input.Reason, now).IsRefused(out refusal, out var version))
            return refusal;
        db.PolicyVersions.Add(version);
        var changed = new EnvironmentPolicyChanged(environment.Name, policy, version.Number, version.Digest, input.Reason);
        return await db.CommitAsync(changed, caller.Actor, ct) is { } refused ? refused : environment;
    }
}
