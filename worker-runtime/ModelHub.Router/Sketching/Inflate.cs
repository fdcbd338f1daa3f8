using System.Buffers;
using System.IO.Compression;

namespace ModelHub.Router.Sketching;

/// <summary>Bodies that travel packed, as they were before. Used by one thread at a time.</summary>
internal sealed class Inflate
{
    private const int Most = 1 << 20;
    private const int Kept = 1 << 16;

    /// <summary>What a packed byte costs, in bytes that are not.</summary>
    public const int Cost = 8;

    private ArrayBufferWriter<byte> room = new();

    /// <param name="plain">good until the next one</param>
    /// <returns>false for a coding that is not known, and for more than 1 MiB</returns>
    /// <exception cref="InvalidDataException">not gzip</exception>
    public bool TryPlain(ReadOnlyMemory<byte> body, string? encoding, out ReadOnlyMemory<byte> plain)
    {
        plain = body;
        if (encoding is null or "identity")
            return true;
        if (encoding != "gzip" || !System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var bytes))
            return false;
        if (room.Capacity > Kept)
            room = new();
        room.ResetWrittenCount();
        using var gzip = new GZipStream(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false), CompressionMode.Decompress);
        for (int n; (n = gzip.Read(room.GetSpan(Kept / 4))) > 0;)
        {
            room.Advance(n);
            if (room.WrittenCount > Most)
                return false;
        }
        plain = room.WrittenMemory;
        return true;
    }
}
