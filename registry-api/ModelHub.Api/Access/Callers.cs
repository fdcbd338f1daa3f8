using System.Collections.Concurrent;
using ModelHub.Database.Events;

namespace ModelHub.Api.Access;

/// <summary>
/// Finds who presents a token: by its id, then by comparing hashes in constant time. Answers are kept for a few seconds and
/// dropped at once when anything changes in the database, so that a revoked token ends with the next request.
/// </summary>
internal sealed class Callers(IDbContextFactory<ModelHubDb> factory, Changes changes, TokenUses uses, TimeProvider time)
{
    private const int MaxKept = 10_000;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (Known Known, DateTimeOffset At, long Changes)> kept = new();

    public async Task<Caller?> FindAsync(string presented, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (KeyIdOf(presented) is not { } keyId)
            return null;
        var known = await KnownAsync(keyId, now, ct);
        if (known is null || !Secret.Matches(presented, known.Hash) || now >= known.Caller.ExpiresAt)
            return null;
        if (keyId.StartsWith(Secret.TokenPrefix, StringComparison.Ordinal))
            uses.Note(keyId[Secret.TokenPrefix.Length..], now);
        return known.Caller;
    }

    /// <summary>The same caller as of now, for what outlasts a request: with the roles held now; null when the token ended.</summary>
    public async Task<Caller?> AgainAsync(Caller caller, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return await KnownAsync(caller.KeyId, now, ct) is { } known && now < known.Caller.ExpiresAt ? known.Caller : null;
    }

    private async Task<Known?> KnownAsync(string keyId, DateTimeOffset now, CancellationToken ct)
    {
        if (kept.TryGetValue(keyId, out var entry) && entry.Changes == changes.Count && now - entry.At < Kept)
            return entry.Known;
        var seen = changes.Count;
        await using var db = await factory.CreateDbContextAsync(ct);
        var known = keyId.StartsWith(Secret.NodePrefix, StringComparison.Ordinal)
            ? await FindPeer.Async(db, keyId[Secret.NodePrefix.Length..], ct)
            : await FindToken.Async(db, keyId[Secret.TokenPrefix.Length..], now, ct);
        if (kept.Count >= MaxKept)
            kept.Clear();
        // Only what exists is kept: guesses must not push callers out.
        if (known is null)
            kept.TryRemove(keyId, out _);
        else
            kept[keyId] = (known, now, seen);
        return known;
    }

    private static string? KeyIdOf(string presented)
        => Secret.KeyIdOf(presented, Secret.NodePrefix) is { } peer ? Secret.NodePrefix + peer
            : Secret.KeyIdOf(presented, Secret.TokenPrefix) is { } token ? Secret.TokenPrefix + token
            : null;
}

/// <summary>A caller and the hash that whoever claims to be them must match.</summary>
internal sealed record Known(Caller Caller, byte[] Hash);
