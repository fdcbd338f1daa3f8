using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using ModelHub.Protocol;

namespace ModelHub.Router.Recording;

internal enum Shown
{
    AsItIs,
    Hashed,
    Redacted,
}

/// <summary>Which values leave this router as they are. Names count whatever their case; who is named twice is redacted.</summary>
internal sealed class Privacy(RouteLedger rule)
{
    public const string Hidden = "redacted";

    /// <summary>What a hashed value begins with; 32 hex digits follow.</summary>
    public const string Mark = "hmac:";

    private const string All = "*";
    private const int HashBytes = 16;
    private readonly FrozenSet<string> redacted = (rule.Redacted ?? []).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private readonly FrozenSet<string> hashed = (rule.Hashed ?? []).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Without a key nothing is hashed, and what should be is left out.</summary>
    public Shown Of(string name, bool isInput) =>
        redacted.Contains(name) || (isInput && redacted.Contains(All)) ? Shown.Redacted
        : !hashed.Contains(name) ? Shown.AsItIs
        : rule.Key is { Length: > 0 } ? Shown.Hashed : Shown.Redacted;

    /// <summary>HMAC-SHA256 of the field's name in lower case, a zero and the value as JSON, its first 16 bytes: the same value in another field is another hash.</summary>
    public string Hash(string name, ReadOnlySpan<byte> json)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, rule.Key!);
        hash.AppendData(Encoding.UTF8.GetBytes(name.ToLowerInvariant()));
        hash.AppendData([0]);
        hash.AppendData(json);
        return Mark + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, HashBytes));
    }
}
