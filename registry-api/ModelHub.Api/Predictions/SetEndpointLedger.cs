using System.Security.Cryptography;
using ModelHub.Domain.Events;
using ModelHub.Domain.Predictions;

namespace ModelHub.Api.Predictions;

/// <param name="Share">Of the requests that are answered, 0 to 1; those that fail are always taken.</param>
/// <param name="PerSecond">At most so many answered ones a second, per router; 100 when left out.</param>
/// <param name="Redacted">Fields whose values never leave the router; * for all inputs.</param>
/// <param name="Hashed">Fields of which only a keyed hash leaves the router.</param>
/// <param name="Bytes">Inputs or outputs that take more are left out; 16384 when left out.</param>
/// <param name="Days">For how long predictions and labels are kept; 30 when left out.</param>
internal sealed record LedgerPolicyInput(double Share, int? PerSecond, IReadOnlyList<string>? Redacted, IReadOnlyList<string>? Hashed, int? Bytes, int? Days)
{
    public LedgerPolicy ToPolicy() => new(
        Share, PerSecond ?? LedgerPolicy.UsualPerSecond, Redacted, Hashed, Bytes ?? LedgerPolicy.UsualBytes, Days ?? LedgerPolicy.UsualDays);
}

/// <param name="Policy">Left out: nothing is kept from now on; what is kept already stays for its time.</param>
/// <param name="ExpectedRevision">Of the endpoint.</param>
internal sealed record SetEndpointLedgerInput(string Model, string Environment, LedgerPolicyInput? Policy, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class SetEndpointLedger
{
    private const int KeyBytes = 32;

    /// <summary>Says which of an endpoint's requests routers write down, and what of them.</summary>
    [Authorize(nameof(Permission.Operate))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(EndpointNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Endpoint, Refusal>> SetEndpointLedgerAsync(
        SetEndpointLedgerInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(SetEndpointLedger), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Endpoint>> RunAsync(SetEndpointLedgerInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Operate, Place.In(input.Model, input.Environment)))
            return new NotPermitted();
        var endpoint = await db.Endpoints.SingleOrDefaultAsync(e => e.Model.Name == input.Model && e.Environment.Name == input.Environment, ct);
        if (endpoint is null)
            return new EndpointNotFound(input.Model, input.Environment);
        var policy = input.Policy?.ToPolicy();
        if ((Expect.Revision(endpoint, input.ExpectedRevision)
            ?? endpoint.KeepPredictions(policy, RandomNumberGenerator.GetBytes(KeyBytes), time.GetUtcNow())) is { } refusal)
            return refusal;
        await db.BumpAsync(Numbered.Routes, ct);
        // What it hides is left out of what nodes are told, too.
        await db.BumpAsync(Numbered.Assignments, ct);
        return await db.CommitAsync(new LedgerSet(input.Model, input.Environment, policy), caller.Actor, ct) is { } conflict ? conflict : endpoint;
    }
}
