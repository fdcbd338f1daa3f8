using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelHub.Protocol;

/// <summary>
/// Keys and request ids as they are told and stored: HMAC-SHA256 with a salt of the experiment, its first 16 bytes. Who sees the rows
/// cannot try keys without the salt, and cannot join the rows of two experiments.
/// </summary>
public static class UnitHash
{
    /// <summary>Longer texts count by their first so many characters.</summary>
    public const int MostCharacters = 256;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private const byte KeyMark = (byte)'k';
    private const byte RequestMark = (byte)'r';

    private const int IdCharacters = 32;

    /// <summary>An id that a router made for a request, and the key behind it: whoever holds the id can post a label for the key, whichever of its requests it was.</summary>
    /// <param name="id">32 hex digits</param>
    public static string Tell(string id, Guid key) => string.Create(CultureInfo.InvariantCulture, $"{id}.{key:n}");

    /// <returns>whether the id is one that <see cref="Tell"/> made</returns>
    public static bool TryReadKey(string id, out Guid key)
    {
        key = default;
        return id.Length == 2 * IdCharacters + 1 && id[IdCharacters] == '.' && !id.AsSpan(0, IdCharacters).ContainsAnyExcept(Hex) && !id.AsSpan(IdCharacters + 1).ContainsAnyExcept(Hex)
            && Guid.TryParseExact(id.AsSpan(IdCharacters + 1), "n", out key);
    }

    public static Guid OfKey(byte[] salt, ReadOnlySpan<char> key) => Of(salt, KeyMark, key);

    public static Guid OfKey(byte[] salt, ReadOnlySpan<byte> utf8) => Of(salt, KeyMark, utf8);

    public static Guid OfRequest(byte[] salt, ReadOnlySpan<char> id) => Of(salt, RequestMark, id);

    private static Guid Of(byte[] salt, byte mark, ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[MostCharacters * 3];
        var cut = text.Length > MostCharacters ? text[..MostCharacters] : text;
        return Of(salt, mark, utf8[..Encoding.UTF8.GetBytes(cut, utf8)]);
    }

    private static Guid Of(byte[] salt, byte mark, ReadOnlySpan<byte> utf8)
    {
        Span<byte> marked = stackalloc byte[1 + utf8.Length];
        marked[0] = mark;
        utf8.CopyTo(marked[1..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(salt, marked, hash);
        return new Guid(hash[..16]);
    }
}

/// <summary>A key that was given an arm.</summary>
/// <param name="Key">see <see cref="UnitHash"/></param>
/// <param name="Request">the same of the request's id</param>
/// <param name="Value">what its answer is worth; null when answers are not looked at, it failed, or it told no finite number</param>
public sealed record Exposure(Guid Key, Guid Request, Guid VariantId, DateTimeOffset At, double? Value = null);

/// <summary>Keys of one experiment. The same key told twice counts once: the first stands, and its first value.</summary>
public sealed record Exposures(Guid Experiment, Exposure[] Items) : UpMessage
{
    /// <summary>Of one message; with more a router sends several.</summary>
    public const int MostItems = 5_000;
}
