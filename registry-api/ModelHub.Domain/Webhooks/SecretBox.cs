using System.Security.Cryptography;
using System.Text;

namespace ModelHub.Domain.Webhooks;

/// <summary>A secret as it lies in the database: AES-256-GCM under a key that the database does not hold.</summary>
/// <param name="KeyId">Which key opens it.</param>
/// <param name="Cipher">The encrypted bytes and, behind them, the tag of 16 bytes.</param>
/// <param name="ExpiresAt">From then on it signs nothing any more; null for the one in force.</param>
public sealed record SealedSecret(string KeyId, byte[] Nonce, byte[] Cipher, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt = null);

/// <summary>
/// Seals and opens secrets. The key is derived from a setting by HKDF (RFC 5869). When the setting changes, the earlier one
/// goes on opening what it sealed.
/// </summary>
public sealed class SecretBox
{
    /// <summary>Fewest characters of the setting.</summary>
    public const int LeastSetting = 32;
    public const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly (string Id, byte[] Key)[] keys;

    /// <param name="setting">What seals from now on.</param>
    /// <param name="before">What sealed until then; null when there was none.</param>
    public SecretBox(string setting, string? before = null) => keys = before is null ? [Derive(setting)] : [Derive(setting), Derive(before)];

    /// <param name="nonce"><see cref="NonceBytes"/> random bytes, never used before.</param>
    public SealedSecret Seal(WebhookSecret secret, ReadOnlySpan<byte> nonce, DateTimeOffset now) => SealBytes(secret.Key, nonce, now);

    /// <inheritdoc cref="Seal"/>
    public SealedSecret SealBytes(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> nonce, DateTimeOffset now)
    {
        var (id, key) = keys[0];
        var cipher = new byte[secret.Length + TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, secret, cipher.AsSpan(0, secret.Length), cipher.AsSpan(secret.Length));
        return new SealedSecret(id, nonce.ToArray(), cipher, now);
    }

    /// <returns>Null when none of the keys sealed it, or it was changed since.</returns>
    public WebhookSecret? Open(SealedSecret secret) => OpenBytes(secret) is { } key ? new WebhookSecret(key) : null;

    /// <inheritdoc cref="Open"/>
    public byte[]? OpenBytes(SealedSecret secret)
    {
        if (keys.FirstOrDefault(k => k.Id == secret.KeyId).Key is not { } key || secret.Cipher.Length <= TagBytes || secret.Nonce.Length != NonceBytes)
            return null;
        var plain = new byte[secret.Cipher.Length - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(secret.Nonce, secret.Cipher.AsSpan(0, plain.Length), secret.Cipher.AsSpan(plain.Length), plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static (string Id, byte[] Key) Derive(string setting)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(setting), 32, info: "modelhub.secrets"u8.ToArray());
        return (Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 8)), key);
    }
}
