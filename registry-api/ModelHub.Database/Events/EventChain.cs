using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ModelHub.Database.Events;

/// <summary>
/// The hash of an event: SHA-256 over the hash before it and the event's own bytes. Every text stands behind its
/// length, so no two events have the same bytes; the time counts in microseconds, as PostgreSQL keeps it.
/// </summary>
internal static class EventChain
{
    /// <summary>Before the first event.</summary>
    public static readonly byte[] Genesis = new byte[SHA256.HashSizeInBytes];

    public static byte[] Hash(byte[] previous, long position, EventRow row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Append(hash, position);
        Append(hash, row.Sequence);
        hash.AppendData(row.Id.ToByteArray(bigEndian: true));
        Append(hash, row.At.UtcTicks / TimeSpan.TicksPerMicrosecond);
        foreach (var text in new[] { row.Type, row.Subject, row.Actor, row.Data })
            Append(hash, text);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.LongLength);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
