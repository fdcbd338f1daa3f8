using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelHub.Router.Wire;
using Xunit;

namespace ModelHub.Tests.Router;

/// <summary>What two parsers might read in two ways is refused.</summary>
public sealed class AnswerHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", 200, 12)]
    [InlineData("HTTP/1.1 200 \r\ncontent-LENGTH:12\r\n\r\n", 200, 12)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: Chunked\r\n\r\n", 503, -1)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, 0)]
    public void A_sound_head_is_read(string text, int status, long length)
    {
        var head = new AnswerHead();

        Assert.Equal(HeadEnd.Complete, head.Read(Bytes(text + "rest"), out var consumed));
        Assert.Equal((status, length, text.Length), (head.Status, head.Length, consumed));
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 0")]
    [InlineData("HTTP/1.1 100 Continue")]
    [InlineData("HTTP/1.1 2x0 OK\r\nContent-Length: 0")]
    [InlineData("HTTP/1.1 999 OK\r\nContent-Length: 0")]
    [InlineData("HTTP/1.1 200 OK")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0, 0")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +1")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0x10")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length : 0")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n folded: x")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\nX: y")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: a\0b")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nno colon")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n: no name")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX Y: space")]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5")]
    [InlineData("\r\nHTTP/1.1 200 OK\r\nContent-Length: 0")]
    public void What_can_be_read_in_two_ways_is_refused(string text) =>
        Assert.Equal(HeadEnd.Malformed, new AnswerHead().Read(Bytes(text + "\r\n\r\n"), out _));

    [Fact]
    public void A_head_without_end_is_refused_when_it_fills_the_buffer()
    {
        var head = Bytes("HTTP/1.1 200 OK\r\nX: " + new string('x', AnswerHead.MostBytes));

        Assert.Equal(HeadEnd.Incomplete, new AnswerHead().Read(head.AsSpan(0, AnswerHead.MostBytes - 1), out _));
        Assert.Equal(HeadEnd.Malformed, new AnswerHead().Read(head.AsSpan(0, AnswerHead.MostBytes), out _));
    }

    [Fact]
    public void More_headers_than_anybody_needs_are_refused()
    {
        var text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"x{i}: y\r\n")) + "\r\n";

        Assert.Equal(HeadEnd.Malformed, new AnswerHead().Read(Bytes(text), out _));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_never_thrown_at()
    {
        var noise = ArbMap.Default.GeneratorFor<byte[]>();
        var sound = Bytes("HTTP/1.1 200 OK\r\nContent-Length: 12\r\nX-A: b\r\n\r\n");
        var changed = from at in Gen.Choose(0, sound.Length - 1) from value in Gen.Choose(0, 255) select (byte[])[.. sound[..at], (byte)value, .. sound[(at + 1)..]];

        Prop.ForAll(Gen.OneOf(noise, changed).ToArbitrary(), bytes =>
        {
            var head = new AnswerHead();
            return head.Read(bytes, out _) != HeadEnd.Complete || (head.Status is >= 200 and <= 599 && head.Length >= -1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void A_body_of_chunks_is_the_same_however_it_is_cut()
    {
        var pieces = from chunks in Gen.ListOf(from size in Gen.Choose(1, 300) select new string('x', size))
                     from cut in Gen.Choose(1, 64)
                     from room in Gen.Choose(1, 64)
                     select (Chunks: chunks, Cut: cut, Room: room);

        Prop.ForAll(pieces.ToArbitrary(), p =>
        {
            var raw = Bytes(string.Concat(p.Chunks.Select(c => $"{c.Length:X}\r\n{c}\r\n")) + "0\r\n\r\n");
            return Read(raw, p.Cut, p.Room) == p.Chunks.Sum(c => c.Length);
        }).Check(Config.QuickThrowOnFailure);
    }

    [Theory]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=b\r\nhello\r\n0\r\n\r\n")]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhelloX\r\n0\r\n\r\n")]
    [InlineData("-1\r\n\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFF\r\n")]
    [InlineData("123456789\r\n")]
    [InlineData("\r\n0\r\n\r\n")]
    [InlineData("0\r\nTrailer: x\r\n\r\n")]
    public void Chunks_with_anything_odd_are_refused(string raw) => Assert.Equal(-1, Read(Bytes(raw), raw.Length, 1024));

    private static int Read(byte[] raw, int cut, int room)
    {
        var (chunks, total, start, end) = (new ChunkReader(), 0, 0, 0);
        var into = new byte[room];
        while (!chunks.IsDone)
        {
            var n = chunks.Read(raw.AsSpan(start, end - start), into, out var consumed);
            if (n < 0)
                return -1;
            (start, total) = (start + consumed, total + n);
            if (n > 0 || chunks.IsDone)
                continue;
            if (end == raw.Length)
                return -2;
            end = Math.Min(raw.Length, end + cut);
        }
        return total;
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
