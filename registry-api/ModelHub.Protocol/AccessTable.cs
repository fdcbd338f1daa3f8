using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ModelHub.Protocol;

public enum AccessVerdict
{
    /// <summary>401: no key, a wrong one, or one that is over.</summary>
    Unknown,

    /// <summary>401, but the key has the form of one of ours and an id nobody told us of: it may be new.</summary>
    Unheard,

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
    private const int SecretLength = 43;
    private const int LongestToken = 256;
    private readonly FrozenDictionary<string, KnownKey> keys;
    private readonly FrozenDictionary<string, KnownKey>.AlternateLookup<ReadOnlySpan<char>> byId;

    public AccessTable(Access access)
    {
        Revision = access.Revision;
        keys = access.Keys
            .Where(k => k.Hash.Length == SHA256.HashSizeInBytes * 2)
            .GroupBy(k => k.Id, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => new KnownKey(g.Last()), StringComparer.Ordinal);
        byId = keys.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public long Revision { get; }

    public IEnumerable<AccessKey> Keys => keys.Values.Select(k => k.Key);

    /// <param name="authorization">the header, <c>Bearer mh_…</c></param>
    /// <param name="model">such as <c>risk.credit-scoring</c>; null asks only whether the key is good</param>
    /// <param name="environment">null asks for a key that may call in all of them</param>
    public AccessVerdict Check(string? authorization, string? model, string? environment, DateTimeOffset now) =>
        Find(authorization, now, out var key) is var found && found != AccessVerdict.Granted ? found
        : model is null || MayCall(key!, model, environment) ? AccessVerdict.Granted
        : AccessVerdict.Denied;

    /// <returns><see cref="AccessVerdict.Granted"/> for a good key, whatever it may do</returns>
    public AccessVerdict Find(string? authorization, DateTimeOffset now, out AccessKey? key)
    {
        key = null;
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || authorization.Length > LongestToken)
            return AccessVerdict.Unknown;
        var token = authorization.AsSpan(Scheme.Length).Trim();
        var id = token.IndexOf('_') + 1;
        if (id == 0 || token.Length <= id + IdLength || token[id + IdLength] != '_')
            return AccessVerdict.Unknown;
        if (!byId.TryGetValue(token.Slice(id, IdLength), out var known))
            return token.Length >= id + IdLength + 1 + SecretLength ? AccessVerdict.Unheard : AccessVerdict.Unknown;
        if (!known.Is(token) || known.Key.ExpiresAt <= now)
            return AccessVerdict.Unknown;
        key = known.Key;
        return AccessVerdict.Granted;
    }

    public static bool MayCall(AccessKey key, ReadOnlySpan<char> model, ReadOnlySpan<char> environment)
    {
        foreach (var grant in key.Grants)
            if (Covers(grant, model, environment))
                return true;
        return false;
    }

    /// <summary>Whether the key may choose the version that answers.</summary>
    public static bool MayOperate(AccessKey key, ReadOnlySpan<char> model, ReadOnlySpan<char> environment)
    {
        foreach (var grant in key.Grants)
            if (grant.Operates && Covers(grant, model, environment))
                return true;
        return false;
    }

    // "risk" covers risk and risk.credit-scoring, not riskier.
    private static bool Covers(Grant grant, ReadOnlySpan<char> model, ReadOnlySpan<char> environment) =>
        (grant.Environment == "*" || environment.SequenceEqual(grant.Environment))
        && (grant.Namespace == "*"
            || (model.StartsWith(grant.Namespace, StringComparison.Ordinal)
                && (model.Length == grant.Namespace.Length || model[grant.Namespace.Length] == '.')));

    /// <summary>A key with its hash, and the token that matched it last: comparing costs less than hashing anew.</summary>
    private sealed class KnownKey(AccessKey key)
    {
        private readonly byte[] hash = Convert.FromHexString(key.Hash);
        private volatile string? matched;

        public AccessKey Key => key;

        public bool Is(ReadOnlySpan<char> token)
        {
            if (matched is { } seen && AreSame(MemoryMarshal.AsBytes(seen.AsSpan()), MemoryMarshal.AsBytes(token)))
                return true;
            Span<byte> computed = stackalloc byte[SHA256.HashSizeInBytes];
            Span<byte> utf8 = stackalloc byte[LongestToken * 3];
            SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(token, utf8)], computed);
            if (!CryptographicOperations.FixedTimeEquals(computed, hash))
                return false;
            matched = token.ToString();
            return true;
        }

        // Takes the same time wherever they differ, as the framework's comparison does, which goes byte by byte.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static bool AreSame(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
        {
            if (a.Length != b.Length)
                return false;
            var left = MemoryMarshal.Cast<byte, ulong>(a);
            var right = MemoryMarshal.Cast<byte, ulong>(b);
            ulong different = 0;
            for (var i = 0; i < left.Length; i++)
                different |= left[i] ^ right[i];
            for (var i = left.Length * sizeof(ulong); i < a.Length; i++)
                different |= (byte)(a[i] ^ b[i]);
            return different == 0;
        }
    }
}
