using Microsoft.EntityFrameworkCore;

namespace ModelHub.Database.Artifacts;

/// <summary>
/// Between whoever is about to refer to stored bytes and whoever removes what nothing refers to. A want is written under a lock that
/// all wants share and a removal has alone: it is either there before a removal looks, or waits until the removal is over.
/// </summary>
public static class WantArtifacts
{
    private const long Lock = 0x61_72_74_69_66_61_63_74;

    /// <summary>Whoever sees the bytes in the store after this may refer to them within the time of grace.</summary>
    public static Task WantAsync(this ModelHubDb db, string digest, DateTimeOffset now, CancellationToken ct) => db.Database.ExecuteSqlAsync(
        $"""
        insert into artifact_uses (digest, wanted_at)
        select {digest}, {now} from pg_advisory_xact_lock_shared({Lock})
        on conflict (digest) do update set wanted_at = greatest(artifact_uses.wanted_at, excluded.wanted_at)
        """, ct);

    /// <summary>Nobody wants anything new until this is disposed of.</summary>
    public static async Task<IAsyncDisposable> HoldWantsAsync(this ModelHubDb db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        try
        {
            await db.Database.ExecuteSqlAsync($"select pg_advisory_lock({Lock})", ct);
        }
        catch
        {
            await db.Database.CloseConnectionAsync();
            throw;
        }
        return new Held(db);
    }

    private sealed class Held(ModelHubDb db) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await db.Database.ExecuteSqlAsync($"select pg_advisory_unlock({Lock})", CancellationToken.None);
            }
            finally
            {
                await db.Database.CloseConnectionAsync();
            }
        }
    }
}
