namespace ModelHub.Node.Caching;

internal delegate int HashOf(ReadOnlySpan<byte> bytes);

/// <summary>Keys that are equal when all their bytes are, whatever their hash says; looked up without making one.</summary>
internal sealed class ByteKeys(HashOf hash) : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    // Seeded anew by each process: nobody can prepare inputs that fall together.
    public static readonly ByteKeys Seeded = new(static bytes =>
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    });

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj) => hash(obj);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => hash(alternate);

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
