using ModelHub.Domain.Events;

namespace ModelHub.Api.Models;

internal sealed record PostCheckInput(string Model, int Version, string Name, CheckState State, string? Link, string? IdempotencyKey);

[MutationType]
internal static class PostCheck
{
    /// <summary>Posts the result of a named check, like a commit status; a later post under the same name replaces it.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Check, Refusal>> PostCheckAsync(PostCheckInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(PostCheck), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Check>> RunAsync(PostCheckInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Model)))
            return new NotPermitted();
        if (await db.Versions.AsNoTracking().SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return new VersionNotFound(input.Model, input.Version);
        var check = await db.Checks.SingleOrDefaultAsync(c => c.VersionId == version.Id && c.Name == input.Name, ct);
        if (check is null)
        {
            if (Check.Post(version.Id, input.Name, input.State, input.Link, caller.Actor, now).IsRefused(out var refusal, out check))
                return refusal;
            db.Checks.Add(check);
        }
        else if (check.Repost(input.State, input.Link, caller.Actor, now) is { } refusal)
            return refusal;
        return await db.CommitAsync(new CheckPosted(input.Model, input.Version, input.Name, input.State, input.Link), caller.Actor, ct) is { } refused ? refused : check;
    }
}
