using ModelHub.Database.Artifacts;
using ModelHub.Domain.Artifacts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Artifacts;

/// <param name="Looked">Artifacts looked at.</param>
/// <param name="Unreferenced">What nothing refers to and nobody wanted for long enough: removed, unless it was a dry run.</param>
/// <param name="Next">The last one looked at; null when there are no more.</param>
internal sealed record CollectionStep(int Looked, IReadOnlyList<UnreferencedArtifact> Unreferenced, string? Next);

/// <summary>
/// Removes artifacts that nothing refers to, some at a time. While it looks and removes, nobody can begin to refer to one anew
/// (<see cref="WantArtifacts"/>). The record is written first: what a crash leaves is found again the next time.
/// </summary>
internal sealed class CollectArtifacts(IArtifactStore store, IDbContextFactory<ModelHubDb> databases, TimeProvider time)
{
    public const int Step = 200;

    public async Task<CollectionStep> StepAsync(string? after, TimeSpan grace, bool dryRun, Actor actor, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var held = dryRun ? null : await db.HoldWantsAsync(ct);
        var stored = await store.ListAsync(after, ct).Take(Step).ToListAsync(ct);
        var before = time.GetUtcNow() - grace;
        var unreferenced = await UnreferencedAsync(db, stored, before, ct);
        if (!dryRun && unreferenced.Count > 0)
            await RemoveAsync(db, unreferenced, before, actor, ct);
        return new(stored.Count, unreferenced, stored.Count == Step ? stored[^1].Hex : null);
    }

    /// <summary>Forgets when artifacts were wanted that could be collected anyway.</summary>
    public async Task ForgetWantsAsync(TimeSpan grace, CancellationToken ct)
    {
        var before = time.GetUtcNow() - grace;
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.ArtifactUses.Where(use => use.WantedAt < before).ExecuteDeleteAsync(ct);
    }

    private static async Task<IReadOnlyList<UnreferencedArtifact>> UnreferencedAsync(ModelHubDb db, IReadOnlyList<StoredArtifact> stored, DateTimeOffset before, CancellationToken ct)
    {
        var old = stored.Where(one => one.StoredAt < before).Select(one => new UnreferencedArtifact(Digest.Prefix + one.Hex, one.Size, one.StoredAt)).ToList();
        var digests = old.Select(one => one.Digest).ToList();
        var referenced = await ReferencedArtifacts.OfAsync(db, digests, ct);
        var wanted = await db.ArtifactUses.AsNoTracking().Where(use => digests.Contains(use.Digest)).ToDictionaryAsync(use => use.Digest, use => use.WantedAt, ct);
        return Collection.Of(old.Where(one => !referenced.Contains(one.Digest)), wanted, before);
    }

    private async Task RemoveAsync(ModelHubDb db, IReadOnlyList<UnreferencedArtifact> what, DateTimeOffset before, Actor actor, CancellationToken ct)
    {
        var removed = new ArtifactsRemoved(what.Count, what.Sum(one => one.Size), before, [.. what.Select(one => one.Digest)]);
        if (await db.CommitAsync(removed, actor, ct) is { } refused)
            throw new InvalidOperationException($"The record of a collection was refused: {refused.Message}");
        foreach (var one in what)
            await store.RemoveAsync(one.Digest[Digest.Prefix.Length..], ct);
        ArtifactMeter.Collected.Add(what.Count);
    }
}
