using System.Buffers.Binary;
using System.Text;

namespace ModelHub.Domain.Artifacts;

/// <summary>Thrown within one scan, caught by <see cref="PickleMachine.Run"/>.</summary>
internal sealed class PickleFaultException(string message) : Exception(message);

/// <summary>Bytes of a pickle with a position; skips what is long, keeps what may be a name.</summary>
internal sealed class PickleReader(Stream stream, long limit = long.MaxValue)
{
    private const int MaxLine = 1 << 20;

    /// <summary>Longest text that is kept: names of modules and classes are shorter.</summary>
    private const int MaxName = 256;

    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly byte[] scratch = new byte[8];
    private int at;
    private int filled;
    private long before;

    public long Position => before + at;

    public bool AtEnd => at == filled && !Fill();

    public byte Byte()
    {
        if (AtEnd)
            throw new PickleFaultException("cut short");
        return buffer[at++];
    }

    public ulong Unsigned(int bytes)
    {
        scratch.AsSpan().Clear();
        for (var i = 0; i < bytes; i++)
            scratch[i] = Byte();
        return BinaryPrimitives.ReadUInt64LittleEndian(scratch);
    }

    /// <summary>Text of a stated length, or null (and skipped) when it is too long to be a name.</summary>
    public string? Text(ulong length)
    {
        if (length > MaxName)
        {
            Skip(length);
            return null;
        }
        var bytes = new byte[length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = Byte();
        return Encoding.UTF8.GetString(bytes);
    }

    public string? Line()
    {
        var bytes = new List<byte>(32);
        for (var read = 0; read < MaxLine; read++)
        {
            var next = Byte();
            if (next == '\n')
                return bytes.Count > MaxName ? null : Encoding.UTF8.GetString([.. bytes]).TrimEnd('\r');
            if (bytes.Count <= MaxName)
                bytes.Add(next);
        }
        throw new PickleFaultException($"a line longer than {MaxLine} bytes");
    }

    public void Skip(ulong count)
    {
        while (count > 0)
        {
            if (AtEnd)
                throw new PickleFaultException("cut short");
            var step = (int)Math.Min(count, (ulong)(filled - at));
            at += step;
            count -= (ulong)step;
        }
    }

    private bool Fill()
    {
        before += filled;
        at = 0;
        filled = stream.Read(buffer);
        if (before + filled > limit)
            throw new PickleFaultException($"more than {limit} bytes unpacked");
        return filled > 0;
    }
}
