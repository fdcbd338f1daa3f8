using System.Text;

namespace ModelHub.Tests.Router;

/// <summary>Writes through, with the id of the request behind every status line; leaves what is below it open unless it is closed itself.</summary>
internal sealed class EchoingStream(Stream inner, string? id) : Stream
{
    private static readonly byte[] Start = "HTTP/1.1 "u8.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var line = buffer.Span.IndexOf("\r\n"u8) + 2;
        if (id is null || line < 2 || !buffer.Span.StartsWith(Start))
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }
        byte[] whole = [.. buffer[..line].Span, .. Encoding.ASCII.GetBytes($"x-request-id: {id}\r\n"), .. buffer[line..].Span];
        await inner.WriteAsync(whole, cancellationToken);
    }

    public override void Close() => inner.Close();

    public override void Flush() => inner.Flush();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
