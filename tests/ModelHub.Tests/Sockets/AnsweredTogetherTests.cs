using System.Buffers;
using System.Net.Sockets;
using System.Text;
using ModelHub.Sockets;
using ModelHub.Sockets.Serving;
using Xunit;

namespace ModelHub.Tests.Sockets;

/// <summary>Two requests that come at the same time: a loop reads both, then lets both be worked on, then sends both answers.</summary>
public sealed class AnsweredTogetherTests : ISocketUser, IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private readonly List<(ServedConnection Connection, Socket Far)> callers = [];
    private readonly ManualResetEventSlim goOn = new();
    private readonly TaskCompletionSource stands = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EventLoop loop = EventLoop.All[0];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var (connection, far) in callers)
        {
            await connection.DisposeAsync();
            far.Dispose();
        }
        goOn.Dispose();
    }

    void ISocketUser.Readable()
    {
        stands.SetResult();
        goOn.Wait(Soon);
    }

    void ISocketUser.Writable() => Assert.Fail("Nobody waits.");

    void ISocketUser.HungUp(bool broken) => Assert.Fail("Nobody has ended.");

    [Fact]
    public async Task The_first_answer_waits_for_the_other_and_both_come()
    {
        var flushes = new List<(bool IsCompleted, int There)>();
        await AtOnceAsync(2, at =>
        {
            flushes.Add((WriteAsync(at, "ab").IsCompletedSuccessfully, at.Far.Available));
        });

        foreach (var (_, far) in callers)
            Assert.Equal("ab"u8.ToArray(), await ReadAsync(far, 2));
        // Told as done, and not there yet.
        Assert.Equal((true, 0), flushes[0]);
    }

    [Fact]
    public async Task What_a_flush_has_promised_is_sent_also_when_the_writer_ends_in_a_fault_with_more_unsent()
    {
        await AtOnceAsync(2, at =>
        {
            Assert.True(WriteAsync(at, "ab").IsCompletedSuccessfully);
            at.Connection.Output.Write("cd"u8);
            at.Connection.Output.Complete(new InvalidOperationException("the answer broke off"));
        });

        foreach (var (_, far) in callers)
            Assert.Equal("ab"u8.ToArray(), await ReadAsync(far, 2));
    }

    [Fact]
    public async Task What_follows_before_the_writer_ends_comes_behind_what_was_gathered()
    {
        await AtOnceAsync(2, at =>
        {
            Assert.True(WriteAsync(at, "ab").IsCompletedSuccessfully);
            at.Connection.Output.Write("cd"u8);
            at.Connection.Output.Complete();
        });

        foreach (var (_, far) in callers)
            Assert.Equal("abcd"u8.ToArray(), await ReadAsync(far, 4));
    }

    [Fact]
    public async Task A_second_flush_comes_behind_the_first()
    {
        await AtOnceAsync(2, at =>
        {
            Assert.True(WriteAsync(at, "ab").IsCompletedSuccessfully);
            Assert.True(WriteAsync(at, "cd").IsCompletedSuccessfully);
        });

        foreach (var (_, far) in callers)
            Assert.Equal("abcd"u8.ToArray(), await ReadAsync(far, 4));
    }

    // Holds the loop up until every caller has sent, so that it finds them at once, and acts on its thread for each.
    private async Task AtOnceAsync(int count, Action<(ServedConnection Connection, Socket Far)> act)
    {
        var (held, hold) = SocketPair.Tcp();
        var blocker = new PolledSocket(held, this, loop);
        using var end = hold;
        blocker.Begin();
        Assert.True(blocker.WaitToRead());
        var done = new List<Task>();
        for (var i = 0; i < count; i++)
        {
            var (near, caller) = SocketPair.Tcp();
            var connection = new ServedConnection(near, MemoryPool<byte>.Shared, loop, "1");
            callers.Add((connection, caller));
            connection.Begin();
            done.Add(ActAsync(callers[^1], act));
        }
        await hold.SendAsync("!"u8.ToArray(), Ct);
        await stands.Task.WaitAsync(Soon, Ct);
        foreach (var caller in callers)
            await caller.Far.SendAsync("?"u8.ToArray(), Ct);
        goOn.Set();
        await Task.WhenAll(done).WaitAsync(Soon, Ct);
        blocker.Close(abruptly: true);
    }

    private async Task ActAsync((ServedConnection Connection, Socket Far) caller, Action<(ServedConnection Connection, Socket Far)> act)
    {
        // What follows runs where the bytes came in: on the loop's thread.
        var read = await caller.Connection.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        caller.Connection.Input.AdvanceTo(read.Buffer.End);
        act(caller);
    }

    private static Task WriteAsync((ServedConnection Connection, Socket Far) at, string text) =>
        at.Connection.Output.WriteAsync(Encoding.ASCII.GetBytes(text), CancellationToken.None).AsTask();

    private static async Task<byte[]> ReadAsync(Socket far, int count)
    {
        var all = new byte[count];
        for (var at = 0; at < count;)
        {
            var n = await far.ReceiveAsync(all.AsMemory(at), Ct).AsTask().WaitAsync(Soon, Ct);
            Assert.True(n > 0, $"It ended after {at} bytes.");
            at += n;
        }
        return all;
    }
}
