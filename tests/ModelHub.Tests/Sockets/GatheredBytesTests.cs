using System.Buffers;
using System.Net.Sockets;
using ModelHub.Sockets;
using ModelHub.Sockets.Serving;
using Xunit;

namespace ModelHub.Tests.Sockets;

/// <summary>What a writer gives to its loop to be sent with what else is ready, and takes back.</summary>
public sealed class GatheredBytesTests : ISocketUser, IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private readonly Socket near;
    private readonly Socket far;
    private readonly PolledSocket polled;
    private readonly GatheredBytes gathered;
    private Action onLoop = () => Assert.Fail("Nobody waits.");

    public GatheredBytesTests()
    {
        (near, far) = SocketPair.Tcp();
        polled = new(near, this, EventLoop.All[0]);
        gathered = new(polled);
        polled.Begin();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        polled.Close(abruptly: true);
        far.Dispose();
    }

    void ISocketUser.Readable() => onLoop();

    void ISocketUser.Writable() => Assert.True(gathered.Writable());

    void ISocketUser.HungUp(bool broken)
    {
        // Told by the next send.
    }

    [Fact]
    public async Task What_is_given_is_sent_once_the_events_of_the_moment_were_told()
    {
        var wasSent = await OnLoopAsync(() =>
        {
            Give("abc"u8);
            return (gathered.IsGiven, gathered.HasAny, far.Available);
        });

        Assert.Equal((true, true, 0), wasSent);
        Assert.Equal("abc"u8.ToArray(), await ReadAsync(3));
        await gathered.SentAsync().WaitAsync(Soon, Ct);
        Assert.Equal((false, false), (gathered.IsGiven, gathered.HasAny));
    }

    [Fact]
    public async Task What_is_taken_back_is_for_the_writer_to_send_and_the_loop_leaves_it_alone()
    {
        await OnLoopAsync(() =>
        {
            Give("abc"u8);
            gathered.TakeBack();
            return true;
        });
        // What the loop had to send it has sent before it tells of this.
        await OnLoopAsync(() => true);

        Assert.Equal((false, true, 0), (gathered.IsGiven, gathered.HasAny, far.Available));
        Assert.True(gathered.Send(more: false));
        Assert.Equal("abc"u8.ToArray(), await ReadAsync(3));
        Assert.False(gathered.HasAny);
    }

    [Fact]
    public async Task What_finds_no_room_is_sent_when_there_is_room_and_behind_what_came_before()
    {
        var before = await FillAndGiveAsync();
        var sent = gathered.SentAsync();
        Assert.False(sent.IsCompleted);

        var read = await ReadAsync(before + 3);

        await sent.WaitAsync(Soon, Ct);
        Assert.Equal("abc"u8.ToArray(), read[before..]);
        Assert.Equal((false, false, false), (gathered.IsGiven, gathered.HasAny, gathered.IsBroken));
    }

    [Fact]
    public async Task What_waits_for_room_can_be_taken_back()
    {
        var before = await FillAndGiveAsync();
        var sent = gathered.SentAsync();

        gathered.TakeBack();

        await sent.WaitAsync(Soon, Ct);
        Assert.Equal((false, true), (gathered.IsGiven, gathered.HasAny));
        await ReadAsync(before);
        Assert.Equal(0, far.Available);
    }

    [Fact]
    public async Task What_nobody_takes_any_more_is_dropped_and_told()
    {
        await FillAndGiveAsync();

        far.Close(0);

        await gathered.SentAsync().WaitAsync(Soon, Ct);
        Assert.Equal((false, false, true), (gathered.IsGiven, gathered.HasAny, gathered.IsBroken));
    }

    private void Give(ReadOnlySpan<byte> bytes) => gathered.Give(new ReadOnlySequence<byte>(bytes.ToArray()));

    // The loop has tried to send three bytes behind as many as the socket takes, and waits for room.
    private async Task<int> FillAndGiveAsync()
    {
        (near.SendBufferSize, far.ReceiveBufferSize) = (16 * 1024, 16 * 1024);
        var before = await OnLoopAsync(() =>
        {
            var all = 0;
            for (int n; (n = polled.Send(new byte[64 * 1024])) >= 0;)
                all += n;
            Give("abc"u8);
            return all;
        });
        await OnLoopAsync(() => true);
        return before;
    }

    private async Task<T> OnLoopAsync<T>(Func<T> act)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        onLoop = () =>
        {
            try
            {
                Assert.Equal(1, polled.Receive(new byte[2]));
                done.SetResult(act());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        };
        Assert.True(polled.WaitToRead());
        await far.SendAsync("!"u8.ToArray(), Ct);
        return await done.Task.WaitAsync(Soon, Ct);
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var all = new byte[count];
        for (var at = 0; at < count;)
            at += await far.ReceiveAsync(all.AsMemory(at), Ct);
        return all;
    }
}
