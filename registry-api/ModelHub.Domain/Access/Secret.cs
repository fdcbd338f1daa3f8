using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ModelHub.Domain.Access;

/// <summary>
/// A secret of the form <c>mh_&lt;id&gt;_&lt;secret&gt;</c>: a 12-character base62 id by which it is found, and 32 random bytes as
/// 43 base64url characters. What is stored is the id and the SHA-256 of the whole text's UTF-8 bytes; 256 random bits need no slow hash.
/// </summary>
public sealed record Secret(string Text, string KeyId)
{
    public const string TokenPrefix = "mh_";
    public const string NodePrefix = "mhn_";
    public const int IdLength = 12;
    public const int SecretLength = 43;

    /// <summary>Random bytes that <see cref="Create"/> asks for.</summary>
    public const int Entropy = IdLength + 32;

    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> IdLetters = SearchValues.Create(Base62);
    private static readonly SearchValues<char> SecretLetters = SearchValues.Create(Base62 + "-_");

    public byte[] Hash => HashOf(Text);

    /// <param name="random"><see cref="Entropy"/> bytes from a cryptographic source.</param>
    public static Secret Create(string prefix, ReadOnlySpan<byte> random)
    {
        if (random.Length != Entropy)
            throw new ArgumentException($"{Entropy} bytes are needed.", nameof(random));

        var id = new StringBuilder(IdLength);
        foreach (var b in random[..IdLength])
            id.Append(Base62[b % Base62.Length]);
        return new Secret($"{prefix}{id}_{Base64Url.EncodeToString(random[IdLength..])}", id.ToString());
    }

    /// <summary>The id inside a presented text, or null when it has not the form.</summary>
    public static string? KeyIdOf(string? presented, string prefix)
    {
        if (presented is null || presented.Length != prefix.Length + IdLength + 1 + SecretLength || !presented.StartsWith(prefix, StringComparison.Ordinal))
            return null;

        var id = presented.AsSpan(prefix.Length, IdLength);
        var rest = presented.AsSpan(prefix.Length + IdLength + 1);
        var good = presented[prefix.Length + IdLength] == '_'
            && id.IndexOfAnyExcept(IdLetters) < 0
            && rest.IndexOfAnyExcept(SecretLetters) < 0;
        return good ? id.ToString() : null;
    }

    /// <summary>Compares in constant time.</summary>
    public static bool Matches(string presented, ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(HashOf(presented), hash);

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Never the secret itself: records print themselves into logs.</summary>
    public override string ToString() => $"Secret {KeyId}";
}
