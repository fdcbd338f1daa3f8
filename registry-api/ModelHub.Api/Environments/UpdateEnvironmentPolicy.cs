using ModelHub.Domain.Events;

namespace ModelHub.Api.Environments;

internal sealed record UpdateEnvironmentPolicyInput(string Environment, PolicyInput Policy, long? ExpectedRevision, string? IdempotencyKey);

/// <summary>What the environment asks for before traffic; lists left out are empty.</summary>
internal sealed record PolicyInput(IReadOnlyList<MetricGate>? MetricGates, IReadOnlyList<string>? RequiredChecks, int Approvals, string? PromotionFrom);

[MutationType]
internal static class UpdateEnvironmentPolicy
{
    /// <summary>Replaces the policy of an environment. Promotions under way are judged by the new one.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(EnvironmentNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Environment, Refusal>> UpdateEnvironmentPolicyAsync(
        UpdateEnvironmentPolicyInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(UpdateEnvironmentPolicy), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Environment>> RunAsync(UpdateEnvironmentPolicyInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, new Place(null, input.Environment)))
            return new NotPermitted();
        if (await db.Environments.SingleOrDefaultAsync(e => e.Name == input.Environment, ct) is not { } environment)
            return new EnvironmentNotFound(input.Environment);
        if (input.Policy.PromotionFrom is { } from && !await db.Environments.AnyAsync(e => e.Name == from, ct))
            return new EnvironmentNotFound(from);

        var policy = new Policy(input.Policy.MetricGates ?? [], input.Policy.RequiredChecks ?? [], input.Policy.Approvals, input.Policy.PromotionFrom);
        var refusal = Expect.Revision(environment, input.ExpectedRevision)
            ?? environment.Adopt(policy, time.GetUtcNow())
            ?? await db.CommitAsync(new EnvironmentPolicyChanged(environment.Name, policy), caller.Actor, ct);
        return refusal is null ? environment : refusal;
    }
}
