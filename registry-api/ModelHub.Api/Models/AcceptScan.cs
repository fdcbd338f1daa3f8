using ModelHub.Domain.Events;

namespace ModelHub.Api.Models;

/// <param name="Reason">What was looked at, and why it may run.</param>
internal sealed record AcceptScanInput(string Model, int Version, string Reason, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class AcceptScan
{
    /// <summary>Answers for an artifact that runs code when it is served: a pickle, a command. Never by whoever registered it, nor with a token of theirs.</summary>
    [Authorize(nameof(Permission.Approve))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(VersionNotValidated))]
    [Error(typeof(NothingToAccept))]
    [Error(typeof(AcceptanceByRegistrant))]
    [Error(typeof(ScanAlreadyAccepted))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Version, Refusal>> AcceptScanAsync(AcceptScanInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(AcceptScan), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Version>> RunAsync(AcceptScanInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Approve, Place.Of(input.Model)))
            return new NotPermitted();
        if (await db.Versions.SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return new VersionNotFound(input.Model, input.Version);
        var refusal = Expect.Revision(version, input.ExpectedRevision)
            ?? version.AcceptScan(input.Reason, caller.Actor, await db.PersonBehindAsync(version.CreatedBy, ct), time.GetUtcNow())
            ?? await db.CommitAsync(new ScanAccepted(input.Model, input.Version, version.Digest, version.Scan!.Findings, input.Reason), caller.Actor, ct);
        return refusal is null ? version : refusal;
    }
}
