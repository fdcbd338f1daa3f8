using System.Buffers;
using System.Security.Cryptography;

namespace ModelHub.Domain.Basics;

/// <summary>The SHA-256 of some bytes, written <c>sha256:</c> and 64 lower-case hex digits.</summary>
public readonly record struct Digest
{
    public const string Prefix = "sha256:";

    private static readonly SearchValues<char> HexLetters = SearchValues.Create("0123456789abcdef");

    private Digest(string value) => Value = value;

    public string Value { get; }

    public string Hex => Value[Prefix.Length..];

    public override string ToString() => Value;

    public static Digest Of(ReadOnlySpan<byte> bytes) => FromHash(SHA256.HashData(bytes));

    public static Digest FromHash(ReadOnlySpan<byte> hash) => new(Prefix + Convert.ToHexStringLower(hash));

    public static Result<Digest> Parse(string field, string? text)
    {
        var good = text is not null
            && text.Length == Prefix.Length + 64
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.AsSpan(Prefix.Length).IndexOfAnyExcept(HexLetters) < 0;
        return good ? new Digest(text!) : new InvalidInput(field, "sha256: and 64 lower-case hex digits");
    }
}
