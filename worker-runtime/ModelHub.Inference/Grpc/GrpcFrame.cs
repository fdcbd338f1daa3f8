using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace ModelHub.Inference.Grpc;

/// <summary>A message on the wire: one byte that tells whether it is compressed, four of length (big-endian), the bytes.</summary>
public static class GrpcFrame
{
    public const int PrefixBytes = 5;

    /// <summary>Takes the one message of a unary request.</summary>
    /// <param name="body">the whole request body</param>
    /// <param name="compressed">whether the message is compressed as the header grpc-encoding says</param>
    /// <returns>false when the body is not exactly one message</returns>
    public static bool TryTake(in ReadOnlySequence<byte> body, out ReadOnlySequence<byte> message, out bool compressed)
    {
        (message, compressed) = (default, false);
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        if (body.Length < PrefixBytes)
            return false;
        body.Slice(0, PrefixBytes).CopyTo(prefix);
        if (prefix[0] > 1 || BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]) != body.Length - PrefixBytes)
            return false;
        (message, compressed) = (body.Slice(PrefixBytes), prefix[0] == 1);
        return true;
    }

    /// <param name="frame">the prefix and behind it the message</param>
    public static void WritePrefix(Span<byte> frame)
    {
        frame[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(frame[1..], (uint)(frame.Length - PrefixBytes));
    }

    /// <summary>A message behind its prefix.</summary>
    public static byte[] Of(IMessage message)
    {
        var frame = new byte[PrefixBytes + message.CalculateSize()];
        message.WriteTo(frame.AsSpan(PrefixBytes));
        WritePrefix(frame);
        return frame;
    }

    /// <summary>Inflates a gzip message.</summary>
    /// <param name="to">gets it behind what it holds</param>
    /// <returns>false when it would have more than <paramref name="limit"/> bytes</returns>
    /// <exception cref="InvalidDataException">it is not gzip</exception>
    public static bool TryInflate(in ReadOnlySequence<byte> message, PooledBuffer to, int limit)
    {
        using var plain = new GZipStream(new MemoryStream(message.ToArray(), writable: false), CompressionMode.Decompress);
        var begin = to.Count;
        for (int n; (n = plain.Read(to.GetSpan(64 * 1024))) > 0;)
        {
            to.Advance(n);
            if (to.Count - begin > limit)
                return false;
        }
        return true;
    }
}
