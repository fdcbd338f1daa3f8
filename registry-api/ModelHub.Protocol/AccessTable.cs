using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace ModelHub.Protocol;

public enum AccessVerdict
{
    /// <summary>401: no key, an unknown one, a wrong one, or one that is over.</summary>
    Unknown,

    /// <summary>403: a good key that may not do this.</summary>
    Denied,

    Granted,
}

/// <summary>
/// Who may call, as last told by the API. Immutable; a request sees one table. Whoever is not in it is refused.
/// </summary>
public sealed class AccessTable
{
    public static readonly AccessTable Empty = new(new Access(-1, []));

    private const string Scheme = "Bearer ";
    private const int IdLength = 12;
    private const int LongestToken = 256;
    private readonly FrozenDictionary<string, (byte[] Hash, AccessKey Key)> keys;

    public AccessTable(Access access)
    {
        Revision = access.Revision;
        keys = access.Keys
            .Where(k => k.Hash.Length == SHA256.HashSizeInBytes * 2)
            .GroupBy(k => k.Id, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => (Convert.FromHexString(g.Last().Hash), g.Last()), StringComparer.Ordinal);
    }

    public long Revision { get; }

    /// <param name="authorization">the header, <c>Bearer mh_…</c></param>
    /// <param name="model">such as <c>risk.credit-scoring</c>; null asks only whether the key is good</param>
    /// <param name="environment">null asks for a key that may call in all of them</param>
    public AccessVerdict Check(string? authorization, string? model, string? environment, DateTimeOffset now)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || authorization.Length > LongestToken)
            return AccessVerdict.Unknown;
        var token = authorization.AsSpan(Scheme.Length).Trim();
        var id = token.IndexOf('_') + 1;
        if (id == 0 || token.Length <= id + IdLength || token[id + IdLength] != '_'
            || !keys.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token.Slice(id, IdLength), out var known))
            return AccessVerdict.Unknown;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> utf8 = stackalloc byte[LongestToken * 3];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(token, utf8)], hash);
        if (!CryptographicOperations.FixedTimeEquals(hash, known.Hash) || known.Key.ExpiresAt <= now)
            return AccessVerdict.Unknown;
        return model is null || Array.Exists(known.Key.Grants, g => Covers(g, model, environment))
            ? AccessVerdict.Granted
            : AccessVerdict.Denied;
    }

    // "risk" covers risk and risk.credit-scoring, not riskier.
    private static bool Covers(Grant grant, string model, string? environment) =>
        (grant.Environment == "*" || grant.Environment == environment)
        && (grant.Namespace == "*"
            || (model.StartsWith(grant.Namespace, StringComparison.Ordinal)
                && (model.Length == grant.Namespace.Length || model[grant.Namespace.Length] == '.')));
}
