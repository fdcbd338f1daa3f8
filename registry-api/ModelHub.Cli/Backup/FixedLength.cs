namespace ModelHub.Cli.Backup;

/// <summary>A file that others write to, read as exactly as long as it was: what was added is left out, what was cut off reads as zeros.</summary>
internal sealed class FixedLength(FileStream file, Action<long> read) : Stream
{
    private readonly long length = file.Length;
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = file.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, length - position)];
        if (buffer.IsEmpty)
            return 0;
        var count = file.Read(buffer);
        if (count == 0)
        {
            buffer.Clear();
            count = buffer.Length;
        }
        position += count;
        read(count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
