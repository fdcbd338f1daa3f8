using ModelHub.Domain.Events;

namespace ModelHub.Api.Models;

internal sealed record SetAliasInput(string Model, string Alias, int Version, int? ExpectVersion, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class SetAlias
{
    /// <summary>Points an alias at a version, by compare-and-swap: expectVersion 0 means that there must be none yet. The champion of a model that is served follows the traffic and is refused.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(AliasMoved))]
    [Error(typeof(AliasFollowsTraffic))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Alias, Refusal>> SetAliasAsync(SetAliasInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(SetAlias), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Alias>> RunAsync(SetAliasInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Model)))
            return new NotPermitted();
        if (Alias.ByHand(input.Alias, await db.IsServedAsync(input.Model, ct)) is { } follows)
            return follows;
        if (await db.Versions.SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return new VersionNotFound(input.Model, input.Version);
        var present = await db.Aliases.Include(a => a.Version).SingleOrDefaultAsync(a => a.ModelId == version.ModelId && a.Name == input.Alias, ct);
        var before = present?.Version.Number;
        if (Alias.Compare(input.Alias, present is null ? null : (present, before!.Value), input.ExpectVersion, input.ExpectedRevision) is { } moved)
            return moved;
        if (Point(present, input.Alias, version, caller, now, db).IsRefused(out var refusal, out var alias))
            return refusal;
        return await db.CommitAsync(new AliasMovedTo(input.Model, input.Alias, before, input.Version), caller.Actor, ct) is { } refused ? refused : alias;
    }

    private static Result<Alias> Point(Alias? present, string name, Version version, Caller caller, DateTimeOffset now, ModelHubDb db)
    {
        if (present is not null)
        {
            db.AliasChanges.Add(present.Move(version.Id, caller.Actor, now));
            return present;
        }
        if (Alias.Create(version.ModelId, name, version.Id, caller.Actor, now).IsRefused(out var refusal, out var created))
            return refusal;
        db.Aliases.Add(created.Alias);
        db.AliasChanges.Add(created.Change);
        return created.Alias;
    }
}
