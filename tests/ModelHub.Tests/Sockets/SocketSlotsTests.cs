using System.Net.Sockets;
using ModelHub.Sockets;
using Xunit;

namespace ModelHub.Tests.Sockets;

public sealed class SocketSlotsTests
{
    [Fact]
    public void An_event_of_a_socket_that_left_finds_nobody_also_when_its_place_was_given_again()
    {
        var slots = new SocketSlots();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var sockets = Enumerable.Range(0, 300).Select(_ => new PolledSocket(socket, new Nobody(), EventLoop.All[0])).ToArray();
        slots.Remove(0);
        var numbers = sockets.Select(slots.Add).ToArray();
        Assert.Equal(sockets, numbers.Select(slots.Find));

        slots.Remove(numbers[5]);
        slots.Remove(numbers[5]);
        var again = slots.Add(sockets[5]);

        Assert.Null(slots.Find(numbers[5]));
        Assert.Same(sockets[5], slots.Find(again));
        Assert.Equal((uint)numbers[5], (uint)again);
        Assert.NotEqual((uint)again, (uint)slots.Add(sockets[6]));
    }

    private sealed class Nobody : ISocketUser
    {
        public void Readable() => Assert.Fail("It was never watched.");

        public void Writable() => Assert.Fail("It was never watched.");

        public void HungUp(bool broken) => Assert.Fail("It was never watched.");
    }
}
