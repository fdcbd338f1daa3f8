using ModelHub.Domain.Events;

namespace ModelHub.Api.Promotions;

/// <param name="Reason">Why it may be promoted again; kept with the block.</param>
internal sealed record LiftBlockInput(string Model, int Version, string Environment, string? Reason, string? IdempotencyKey);

[MutationType]
internal static class LiftBlock
{
    /// <summary>Lets a version be promoted again into an environment in which it was rolled back.</summary>
    [Authorize(nameof(Permission.Approve))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(EnvironmentNotFound))]
    [Error(typeof(VersionNotBlocked))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<VersionBlock, Refusal>> LiftBlockAsync(LiftBlockInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync<VersionBlock>(
            caller, nameof(LiftBlock), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct),
            block => block.Id.Value.ToString(), text => db.VersionBlocks.AsNoTracking().SingleAsync(b => b.Id == VersionBlockId.From(Guid.Parse(text)), ct), ct);

    private static async Task<Result<VersionBlock>> RunAsync(LiftBlockInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Approve, Place.In(input.Model, input.Environment)))
            return new NotPermitted();
        if (await db.Environments.SingleOrDefaultAsync(e => e.Name == input.Environment, ct) is not { } environment)
            return new EnvironmentNotFound(input.Environment);
        if (await db.Versions.SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return new VersionNotFound(input.Model, input.Version);
        if (await db.BlockOfAsync(version.Id, environment.Id, ct) is not { } block)
            return new VersionNotBlocked(input.Model, input.Version, input.Environment);
        var refusal = block.Lift(input.Reason, caller.Actor, now)
            ?? await db.CommitAsync(new BlockLifted(input.Model, input.Version, input.Environment, input.Reason), caller.Actor, ct);
        return refusal is null ? block : refusal;
    }
}
