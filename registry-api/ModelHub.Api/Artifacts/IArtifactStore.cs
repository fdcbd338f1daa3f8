using System.Security.Cryptography;

namespace ModelHub.Api.Artifacts;

/// <summary>
/// Bytes by the 64 hex digits of their SHA-256. What can be read is complete; what is stored never changes, except that bytes found
/// to be others than their name says are taken out of service.
/// </summary>
internal interface IArtifactStore
{
    /// <summary>Bytes, or null when it is not stored.</summary>
    Task<long?> SizeAsync(string hex, CancellationToken ct);

    /// <summary>To be read once, from <paramref name="from"/> on; null when it is not stored.</summary>
    /// <param name="from">At most its length.</param>
    Task<ArtifactBytes?> OpenAsync(string hex, long from, CancellationToken ct);

    /// <summary>Takes a synced file that holds exactly these bytes, which is gone afterwards; false when they were there already.</summary>
    Task<bool> AdoptAsync(string file, string hex, CancellationToken ct);

    /// <summary>Takes bytes that do not match their name out of service; the artifact can then be uploaded again.</summary>
    Task QuarantineAsync(string hex, CancellationToken ct);

    /// <summary>Where whoever has this address may read it for a short while without asking us; null when there is no such place.</summary>
    Task<Uri?> AddressAsync(string hex, CancellationToken ct);

    /// <summary>All that is stored behind a name, in the order of names.</summary>
    IAsyncEnumerable<StoredArtifact> ListAsync(string? after, CancellationToken ct);

    /// <summary>For good; nothing happens when it is not stored.</summary>
    Task RemoveAsync(string hex, CancellationToken ct);
}

/// <param name="Length">Of the whole, in bytes.</param>
internal sealed record ArtifactBytes(Stream Content, long Length) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}

/// <param name="Size">Bytes.</param>
/// <param name="StoredAt">When its bytes came.</param>
internal sealed record StoredArtifact(string Hex, long Size, DateTimeOffset StoredAt);

/// <summary>The store does not answer, or refuses us; the request may be tried again.</summary>
internal sealed class ArtifactStoreException(string message, Exception inner) : Exception(message, inner);

internal static class ArtifactNames
{
    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create("0123456789abcdef");

    public static bool IsHex(string hex, int length = 64) => hex.Length == length && hex.AsSpan().IndexOfAnyExcept(Digits) < 0;

    /// <summary>Reads the whole; true when it holds what its name says. What does not is quarantined.</summary>
    public static async Task<bool> VerifyAsync(this IArtifactStore store, string hex, CancellationToken ct)
    {
        await using var bytes = await store.OpenAsync(hex, 0, ct);
        if (bytes is null)
            return false;
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes.Content, ct)) == hex)
            return true;
        await store.QuarantineAsync(hex, ct);
        return false;
    }
}
