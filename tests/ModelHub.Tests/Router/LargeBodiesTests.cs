using System.Net;
using ModelHub.Tests.Api.Artifacts;
using ModelHub.Tests.Node;
using Xunit;

namespace ModelHub.Tests.Router;

/// <summary>Bodies too large to be held flow through. What is allocated meanwhile is counted for the whole process.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class LargeBodiesTests
{
    private const long Size = 96L << 20;

    [Fact]
    public async Task A_large_request_flows_to_the_node_in_flat_memory()
    {
        await using var node = FakeNode.Saying("got it");
        await using var all = await RouterAndNodes.StartAsync("--Limits:RequestBytes", "200000000");
        await all.RouteAsync(RouterAndNodes.Primary(node));
        await all.SayAsync();

        var before = GC.GetTotalAllocatedBytes();
        using var response = await SendAsync(all, new StreamContent(new Zeros(Size)) { Headers = { ContentLength = Size } });
        var allocated = GC.GetTotalAllocatedBytes() - before;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Size, node.Requests.Last().BodyLength);
        // Client, router and node are all in this process; a held body would be all of it at least once.
        Assert.InRange(allocated, 0, Size / 2);
    }

    [Fact]
    public async Task A_large_answer_flows_to_the_caller()
    {
        var piece = new byte[1 << 20];
        await using var node = new FakeNode(async (_, stream, ct) =>
        {
            await FakeNode.WriteAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n", ct);
            for (var sent = 0L; sent < Size; sent += piece.Length)
                await stream.WriteAsync(piece, ct);
        });
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));

        using var response = await all.AskAsync();

        Assert.Equal(Size, (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).LongLength);
    }

    [Fact]
    public async Task A_large_answer_in_chunks_comes_whole_and_a_broken_one_is_not_taken_for_whole()
    {
        var breaks = false;
        await using var node = new FakeNode(async (_, stream, ct) =>
        {
            await FakeNode.WriteAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", ct);
            for (var i = 0; i < 40; i++)
                await FakeNode.WriteAsync(stream, $"10000\r\n{new string('x', 0x10000)}\r\n", ct);
            await FakeNode.WriteAsync(stream, breaks ? "5\r\nxx" : "0\r\n\r\n", ct);
            if (breaks)
                stream.Close();
        });
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));

        Assert.Equal(40 * 0x10000, (await all.SayAsync()).Body.Length);
        breaks = true;
        await Assert.ThrowsAsync<HttpRequestException>(() => all.SayAsync());

        await Until.TrueAsync(() => all.Measured.Sum(m => m.Errors.Failed) == 1, "the broken answer is told");
    }

    [Fact]
    public async Task More_than_is_allowed_is_413_or_502()
    {
        await using var node = new FakeNode((_, stream, ct) => FakeNode.WriteAsync(stream, FakeNode.Http(new string('x', 5000)), ct));
        await using var all = await RouterAndNodes.StartAsync("--Limits:RequestBytes", "4096", "--Limits:AnswerBytes", "4096", "--Limits:HeldBytes", "1024");
        await all.RouteAsync(RouterAndNodes.Primary(node));

        Assert.Equal(502, (await all.SayAsync()).Status);
        using var known = await SendAsync(all, new ByteArrayContent(new byte[5000]));
        using var unknown = await SendAsync(all, new StreamContent(new Zeros(50_000)));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.RequestEntityTooLarge), (known.StatusCode, unknown.StatusCode));
    }

    private static Task<HttpResponseMessage> SendAsync(RouterAndNodes all, HttpContent body) =>
        all.Router.Http.PostAsync(RouterAndNodes.Path, body, TestContext.Current.CancellationToken);

    /// <summary>A stream of zeros that does not know its length.</summary>
    private sealed class Zeros(long length) : Stream
    {
        private long left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var n = (int)Math.Min(count, left);
            buffer.AsSpan(offset, n).Clear();
            left -= n;
            return n;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
