using ModelHub.Domain.Events;

namespace ModelHub.Api.Models;

internal sealed record RemoveAliasInput(string Model, string Alias, int? ExpectVersion, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class RemoveAlias
{
    /// <summary>Takes an alias away; its history stays. The champion of a model that is served follows the traffic and is refused.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(AliasNotFound))]
    [Error(typeof(AliasMoved))]
    [Error(typeof(AliasFollowsTraffic))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Model, Refusal>> RemoveAliasAsync(RemoveAliasInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(RemoveAlias), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Model>> RunAsync(RemoveAliasInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Model)))
            return new NotPermitted();
        if (Alias.ByHand(input.Alias, await db.IsServedAsync(input.Model, ct)) is { } follows)
            return follows;
        var alias = await db.Aliases.Include(a => a.Version).Include(a => a.Model).SingleOrDefaultAsync(a => a.Model.Name == input.Model && a.Name == input.Alias, ct);
        if (alias is null)
            return new AliasNotFound(input.Model, input.Alias);
        if (Alias.Compare(input.Alias, (alias, alias.Version.Number), input.ExpectVersion, input.ExpectedRevision) is { } moved)
            return moved;

        var (model, number) = (alias.Model, alias.Version.Number);
        db.AliasChanges.Add(alias.Remove(caller.Actor, now));
        db.Aliases.Remove(alias);
        return await db.CommitAsync(new AliasMovedTo(input.Model, input.Alias, number, null), caller.Actor, ct) is { } refused ? refused : model;
    }
}
