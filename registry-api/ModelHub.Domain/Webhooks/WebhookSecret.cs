using System.Security.Cryptography;
using System.Text;

namespace ModelHub.Domain.Webhooks;

/// <summary>
/// What sender and receiver share: <c>whsec_</c> and the base64 of 32 random bytes, as in Standard Webhooks
/// (github.com/standard-webhooks/standard-webhooks, spec "Symmetric signatures").
/// </summary>
public sealed record WebhookSecret(byte[] Key)
{
    public const string Prefix = "whsec_";
    public const int Bytes = 32;

    public string Text => Prefix + Convert.ToBase64String(Key);

    /// <param name="random"><see cref="Bytes"/> bytes from a cryptographic source.</param>
    public static WebhookSecret Create(ReadOnlySpan<byte> random) =>
        random.Length == Bytes ? new WebhookSecret(random.ToArray()) : throw new ArgumentException($"{Bytes} bytes are needed.", nameof(random));

    /// <summary><c>v1,</c> and the base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
    /// <param name="timestamp">Seconds since 1970.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(null, $"{id}.{timestamp}.")));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }

    /// <summary>Never the secret itself: records print themselves into logs.</summary>
    public override string ToString() => "WebhookSecret";
}
