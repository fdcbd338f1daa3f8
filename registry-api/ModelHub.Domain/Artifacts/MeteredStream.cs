using System.Security.Cryptography;

namespace ModelHub.Domain.Artifacts;

/// <summary>Thrown inside the reading of one bundle and caught at its top; never leaves <see cref="ArchiveInspection"/>.</summary>
internal sealed class ArchiveLimitException(string message) : Exception(message);

/// <summary>Unpacked bytes of a whole bundle, against its packed size.</summary>
internal sealed class ArchiveMeter(ArchiveLimits limits)
{
    private long total;

    /// <param name="packed">Packed bytes that yielded what was counted so far, at least 1.</param>
    public void Count(int bytes, long unpackedHere, long packed)
    {
        total += bytes;
        if (total > limits.TotalBytes)
            throw new ArchiveLimitException($"more than {limits.TotalBytes} bytes unpacked");
        if (unpackedHere > ArchiveLimits.RatioFloorBytes && unpackedHere / Math.Max(1, packed) >= limits.Ratio)
            throw new ArchiveLimitException($"unpacks to more than {limits.Ratio} times its packed size");
    }
}

/// <summary>The bytes of one entry on their way out: counted, limited, hashed.</summary>
internal sealed class MeteredStream(Stream inner, ArchiveMeter meter, Func<long, (long Unpacked, long Packed)> scope) : Stream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Seen { get; private set; }

    public string Digest() => "sha256:" + Convert.ToHexStringLower(hash.GetCurrentHash());

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Seen += read;
        var (unpacked, packed) = scope(Seen);
        meter.Count(read, unpacked, packed);
        hash.AppendData(buffer[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => Seen; set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            hash.Dispose();
        base.Dispose(disposing);
    }
}
