using ModelHub.Database.Artifacts;

namespace ModelHub.Api.Artifacts;

/// <summary>Looks stored bytes up for somebody who may refer to them: they are not collected within the time of grace.</summary>
internal sealed class WantedArtifacts(IArtifactStore store, IDbContextFactory<ModelHubDb> databases, TimeProvider time)
{
    /// <summary>Bytes, or null when it is not stored.</summary>
    public async Task<long?> SizeAsync(string hex, CancellationToken ct)
    {
        if (await store.SizeAsync(hex, ct) is null)
            return null;
        await using (var db = await databases.CreateDbContextAsync(ct))
            await db.WantAsync(Digest.Prefix + hex, time.GetUtcNow(), ct);
        // Again, because it may have been removed before it was wanted.
        return await store.SizeAsync(hex, ct);
    }
}
