using System.Security.Cryptography;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Webhooks;

namespace ModelHub.Domain.Bundles;

public readonly record struct BundleKeyId(Guid Value) : IId<BundleKeyId>
{
    public static BundleKeyId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static BundleKeyId From(Guid value) => new(value);
}

/// <summary>
/// What bundles of this installation are signed with: RSA of 3072 bits. The public half is there for ever, so that a bundle
/// signed long ago still verifies; the private half lies sealed, and is thrown away when another key takes its place.
/// </summary>
public sealed class BundleKey : IRevisioned
{
    public const int Bits = 3072;

    private BundleKey()
    {
    }

    public BundleKeyId Id { get; private set; }

    /// <summary>Counts from 1; the highest one signs.</summary>
    public int Number { get; private set; }

    /// <summary>The first 16 hex digits of the SHA-256 of the public key, as bundles name it.</summary>
    public string Name { get; private set; } = "";

    /// <summary>PEM, as openssl reads it.</summary>
    public string PublicKey { get; private set; } = "";

    /// <summary>The private key as PKCS #8; null once it is retired.</summary>
    public SealedSecret? Sealed { get; private set; }

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Null for the one that signs.</summary>
    public DateTimeOffset? RetiredAt { get; private set; }

    public long Revision { get; private set; }

    /// <param name="nonce"><see cref="SecretBox.NonceBytes"/> random bytes, never used before.</param>
    public static BundleKey Of(int number, RSA pair, SecretBox box, ReadOnlySpan<byte> nonce, Actor by, DateTimeOffset now) => new()
    {
        Id = BundleKeyId.New(now),
        Number = number,
        Name = NameOf(pair),
        PublicKey = pair.ExportSubjectPublicKeyInfoPem() + "\n",
        Sealed = box.SealBytes(pair.ExportPkcs8PrivateKey(), nonce, now),
        CreatedBy = by.Value,
        CreatedAt = now,
    };

    public static string NameOf(RSA key) => Digest.Of(key.ExportSubjectPublicKeyInfo()).Hex[..16];

    /// <summary>It signs nothing any more.</summary>
    public void Retire(DateTimeOffset now) => (RetiredAt, Sealed) = (now, null);

    /// <summary>PKCS #1 v1.5: the same bytes give the same signature, which ECDSA and PSS with their random numbers do not.</summary>
    /// <returns>Null when none of the box's keys opens it.</returns>
    public byte[]? Sign(ReadOnlySpan<byte> bytes, SecretBox box)
    {
        if (Sealed is null || box.OpenBytes(Sealed) is not { } secret)
            return null;
        using var pair = RSA.Create();
        pair.ImportPkcs8PrivateKey(secret, out _);
        CryptographicOperations.ZeroMemory(secret);
        return pair.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
