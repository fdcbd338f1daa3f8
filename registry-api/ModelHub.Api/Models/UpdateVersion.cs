using ModelHub.Domain.Events;

namespace ModelHub.Api.Models;

internal sealed record UpdateVersionInput(
    string Model, int Version, IReadOnlyList<Tag>? Tags, string? Card, IReadOnlyList<Metric>? Metrics, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class UpdateVersion
{
    /// <summary>Changes what is said about a version: its tags, card and metrics. Its bytes and lineage never change.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Version, Refusal>> UpdateVersionAsync(UpdateVersionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(UpdateVersion), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Version>> RunAsync(UpdateVersionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Model)))
            return new NotPermitted();
        if (await db.Versions.SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return new VersionNotFound(input.Model, input.Version);
        var refusal = Expect.Revision(version, input.ExpectedRevision)
            ?? version.Describe(new VersionDescription(input.Tags, input.Card, input.Metrics), time.GetUtcNow())
            ?? await db.CommitAsync(new VersionUpdated(input.Model, input.Version), caller.Actor, ct);
        return refusal is null ? version : refusal;
    }
}
