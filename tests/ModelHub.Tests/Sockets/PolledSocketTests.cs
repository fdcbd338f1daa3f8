using ModelHub.Sockets;
using Xunit;

namespace ModelHub.Tests.Sockets;

/// <summary>What a socket makes of events, which the test tells in place of a loop.</summary>
public sealed class PolledSocketTests : ISocketUser
{
    private const uint In = 0x001;
    private const uint PeerShut = 0x2000;
    private int ended;

    void ISocketUser.Readable() => Assert.Fail("Nobody waits.");

    void ISocketUser.Writable() => Assert.Fail("Nobody waits.");

    void ISocketUser.HungUp(bool broken) => ended++;

    [Fact]
    public void An_end_that_was_told_before_the_bytes_in_front_of_it_were_read_is_read_behind_them()
    {
        var (near, far) = SocketPair.Local();
        using var _ = near;
        var polled = new PolledSocket(near, this, EventLoop.All[0]);
        far.Send("abc"u8);
        far.Dispose();

        polled.Happened(In | PeerShut);

        var into = new byte[100];
        Assert.Equal(3, polled.Receive(into));
        Assert.False(polled.WaitToRead());
        Assert.Equal(0, polled.Receive(into));
        Assert.Equal(0, polled.Receive(into));
        Assert.Equal(1, ended);
    }

    [Fact]
    public void Nothing_is_asked_of_the_system_before_it_told_that_something_is_there()
    {
        var (near, far) = SocketPair.Local();
        using var both = (near, far).AsOne();
        var polled = new PolledSocket(near, this, EventLoop.All[0]);
        var into = new byte[3];
        far.Send("abcd"u8);

        Assert.Equal(Outcome.Wait, polled.Receive(into));
        polled.Happened(In);

        Assert.Equal(3, polled.Receive(into));
        Assert.Equal(1, polled.Receive(into));
        Assert.Equal(Outcome.Wait, polled.Receive(into));
    }

    [Fact]
    public void One_that_no_loop_watched_can_be_closed()
    {
        var (near, far) = SocketPair.Local();
        using var _ = far;
        var polled = new PolledSocket(near, this, EventLoop.All[^1]);

        polled.Close(abruptly: false);

        Assert.Equal(Outcome.Closed, polled.Send("x"u8));
        Assert.Equal(0, far.Receive(new byte[1]));
    }
}
