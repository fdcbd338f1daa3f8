using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using ModelHub.Sockets;
using ModelHub.Sockets.Serving;
using Xunit;

namespace ModelHub.Tests.Sockets;

/// <summary>What the web server asks of the two pipes of a connection, and seldom asks.</summary>
public sealed class ConnectionPipesTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private readonly Socket far;
    private readonly ServedConnection connection;

    public ConnectionPipesTests()
    {
        (var near, far) = SocketPair.Tcp();
        connection = new(near, MemoryPool<byte>.Shared, EventLoop.All[0], "1");
        connection.Begin();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PipeReader Input => connection.Input;

    private PipeWriter Output => connection.Output;

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        far.Dispose();
    }

    [Fact]
    public async Task What_was_looked_at_and_not_taken_comes_again_with_more()
    {
        await far.SendAsync("ab"u8.ToArray(), Ct);
        var first = await ReadAsync();
        Input.AdvanceTo(first.Buffer.GetPosition(1), first.Buffer.End);
        var waiting = Input.ReadAsync(Ct);
        Assert.False(waiting.IsCompleted);

        await far.SendAsync("cd"u8.ToArray(), Ct);

        Assert.Equal("bcd"u8.ToArray(), (await waiting.AsTask().WaitAsync(Soon, Ct)).Buffer.ToArray());
    }

    [Fact]
    public async Task What_was_not_looked_at_is_there_at_once()
    {
        await far.SendAsync("abc"u8.ToArray(), Ct);
        var first = await ReadAsync();
        Input.AdvanceTo(first.Buffer.GetPosition(1));

        Assert.True(Input.TryRead(out var second));
        Assert.Equal("bc"u8.ToArray(), second.Buffer.ToArray());
        Input.AdvanceTo(second.Buffer.End);
        Assert.False(Input.TryRead(out _));
    }

    [Fact]
    public async Task A_read_that_waits_can_be_called_off_and_loses_nothing()
    {
        var waiting = Input.ReadAsync(Ct);
        Input.CancelPendingRead();
        var off = await waiting.AsTask().WaitAsync(Soon, Ct);
        Assert.True(off.IsCanceled);
        Input.AdvanceTo(off.Buffer.End);

        await far.SendAsync("x"u8.ToArray(), Ct);
        var read = await ReadAsync();

        Assert.False(read.IsCanceled);
        Assert.Equal("x"u8.ToArray(), read.Buffer.ToArray());
    }

    [Fact]
    public async Task Calling_off_holds_for_the_next_read_when_none_waits()
    {
        Input.CancelPendingRead();

        Assert.True((await ReadAsync()).IsCanceled);
        Assert.False(Input.TryRead(out _));
    }

    [Fact]
    public async Task A_token_ends_a_read_and_the_next_one_works()
    {
        using var enough = new CancellationTokenSource();
        var waiting = Input.ReadAsync(enough.Token);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.AsTask().WaitAsync(Soon, Ct));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Input.ReadAsync(enough.Token).AsTask());

        await far.SendAsync("x"u8.ToArray(), Ct);

        Assert.Equal("x"u8.ToArray(), (await ReadAsync()).Buffer.ToArray());
    }

    [Fact]
    public async Task The_end_is_told_with_what_came_before_it_and_as_a_closed_connection()
    {
        await far.SendAsync("x"u8.ToArray(), Ct);
        far.Shutdown(SocketShutdown.Send);
        var read = await ReadAsync();
        Assert.Equal("x"u8.ToArray(), read.Buffer.ToArray());
        Input.AdvanceTo(read.Buffer.End);

        var end = await ReadAsync();

        Assert.True(end.IsCompleted);
        Assert.True(end.Buffer.IsEmpty);
        await connection.ConnectionClosed.WaitHandleAsync().WaitAsync(Soon, Ct);
    }

    [Fact]
    public async Task A_reset_is_told_as_the_server_expects_it()
    {
        var waiting = Input.ReadAsync(Ct);
        far.Close(0);

        await Assert.ThrowsAsync<ConnectionResetException>(() => waiting.AsTask().WaitAsync(Soon, Ct));
        await connection.ConnectionClosed.WaitHandleAsync().WaitAsync(Soon, Ct);
    }

    [Fact]
    public async Task An_abort_ends_a_read_with_its_reason()
    {
        var reason = new ConnectionAbortedException("enough");
        var waiting = Input.ReadAsync(Ct);

        connection.Abort(reason);

        Assert.Same(reason, await Assert.ThrowsAsync<ConnectionAbortedException>(() => waiting.AsTask().WaitAsync(Soon, Ct)));
        await connection.ConnectionClosed.WaitHandleAsync().WaitAsync(Soon, Ct);
    }

    [Fact]
    public async Task A_flush_waits_for_the_other_side_and_can_be_called_off()
    {
        var flush = FlushMuch();
        Assert.False(flush.IsCompleted);
        Assert.True(Output.UnflushedBytes > 0);

        Output.CancelPendingFlush();
        Assert.True((await flush.AsTask().WaitAsync(Soon, Ct)).IsCanceled);
        using var enough = new CancellationTokenSource();
        var second = Output.FlushAsync(enough.Token);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.AsTask().WaitAsync(Soon, Ct));
        var third = Output.FlushAsync(Ct).AsTask();
        var read = await ReadFarAsync(Much);

        Assert.False((await third.WaitAsync(Soon, Ct)).IsCompleted);
        Assert.Equal(0, Output.UnflushedBytes);
        Assert.All(read, one => Assert.Equal(7, one));
    }

    [Fact]
    public async Task A_flush_that_waits_ends_when_nobody_will_take_it()
    {
        var flush = FlushMuch();
        far.Close(0);

        Assert.True((await flush.AsTask().WaitAsync(Soon, Ct)).IsCompleted);
        Output.GetSpan(10)[..10].Clear();
        Output.Advance(10);
        Assert.True((await Output.FlushAsync(Ct)).IsCompleted);
    }

    [Fact]
    public async Task Completing_it_ends_a_flush_that_waits_and_the_other_side_gets_no_whole()
    {
        var flush = FlushMuch();

        Output.Complete();
        Assert.True((await flush.AsTask().WaitAsync(Soon, Ct)).IsCompleted);
        Assert.True((await Output.FlushAsync(Ct)).IsCompleted);
        await connection.DisposeAsync();

        await Assert.ThrowsAsync<SocketException>(() => ReadFarAsync(Much));
    }

    [Fact]
    public async Task A_flush_is_called_off_whatever_else_happens_in_that_moment()
    {
        var got = 0L;
        var taking = Task.Run(async () =>
        {
            var into = new byte[128 * 1024];
            while (await far.ReceiveAsync(into, Ct) is > 0 and var n)
                got += n;
        }, Ct);
        var sent = 0L;
        for (var i = 0; i < 300; i++)
        {
            var flush = FlushMuch(1 << 20).AsTask();
            sent += 1 << 20;
            var calledOff = Task.Run(Output.CancelPendingFlush, Ct);
            var first = await flush.WaitAsync(Soon, Ct);
            await calledOff;
            // Either that one was called off, or the next is.
            var second = await Output.FlushAsync(Ct).AsTask().WaitAsync(Soon, Ct);
            Assert.NotEqual(first.IsCanceled, second.IsCanceled);
            await Output.FlushAsync(Ct).AsTask().WaitAsync(Soon, Ct);
        }
        await connection.DisposeAsync();
        await taking.WaitAsync(Soon, Ct);

        Assert.Equal(sent, got);
    }

    private const int Much = 32 << 20;

    private ValueTask<FlushResult> FlushMuch(int bytes = Much)
    {
        for (var left = bytes; left > 0;)
        {
            var room = Output.GetSpan();
            var n = Math.Min(left, room.Length);
            room[..n].Fill(7);
            Output.Advance(n);
            left -= n;
        }
        return Output.FlushAsync(Ct);
    }

    private Task<ReadResult> ReadAsync() => Input.ReadAsync(Ct).AsTask().WaitAsync(Soon, Ct);

    private async Task<byte[]> ReadFarAsync(int bytes)
    {
        var got = new byte[bytes];
        for (var n = 0; n < bytes;)
            n += await far.ReceiveAsync(got.AsMemory(n), Ct).AsTask().WaitAsync(Soon, Ct) is > 0 and var more ? more : throw new EndOfStreamException();
        return got;
    }
}
