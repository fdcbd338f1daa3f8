using System.Buffers;
using System.Net.Sockets;
using ModelHub.Sockets;
using ModelHub.Sockets.Serving;
using Xunit;

namespace ModelHub.Tests.Sockets;

/// <summary>
/// An event may tell of bytes that were read already: the loop then looks in vain and the read waits on. Here a read is called off
/// in that very moment, when nobody waits: by the pool, which is asked for memory before each look.
/// </summary>
public sealed class LookedInVainTests : ISocketUser, IDisposable
{
    private const uint In = 1;
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private readonly Socket near;
    private readonly Socket far;
    private readonly CallingPool pool = new();
    private readonly PolledSocket polled;
    private readonly SocketReader reader;

    public LookedInVainTests()
    {
        (near, far) = SocketPair.Tcp();
        // No loop watches it: its events are told by the test.
        polled = new(near, this, EventLoop.All[0]);
        reader = new(pool, () => { });
        reader.Begin(polled);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    void ISocketUser.Readable() => reader.Readable();

    void ISocketUser.Writable() => Assert.Fail("Nothing is written.");

    void ISocketUser.HungUp(bool broken) => Assert.Fail("Nobody hung up.");

    public void Dispose()
    {
        near.Dispose();
        far.Dispose();
        pool.Dispose();
    }

    [Fact]
    public async Task The_read_waits_on_and_gets_what_comes_then()
    {
        var read = reader.ReadAsync(Ct).AsTask();

        polled.Happened(In);
        Assert.False(read.IsCompleted);
        await far.SendAsync("x"u8.ToArray(), Ct);
        await near.ReceiveAsync(new byte[1], SocketFlags.Peek, Ct);
        polled.Happened(In);

        Assert.Equal("x"u8.ToArray(), (await read.WaitAsync(Soon, Ct)).Buffer.ToArray());
    }

    [Fact]
    public async Task A_read_that_is_called_off_meanwhile_is_told()
    {
        pool.Asked = reader.CancelPendingRead;
        var read = reader.ReadAsync(Ct).AsTask();

        polled.Happened(In);

        Assert.True((await read.WaitAsync(Soon, Ct)).IsCanceled);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public async Task A_token_that_is_cancelled_meanwhile_is_told()
    {
        using var enough = new CancellationTokenSource();
        pool.Asked = enough.Cancel;
        var read = reader.ReadAsync(enough.Token).AsTask();

        polled.Happened(In);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(Soon, Ct));
    }

    private sealed class CallingPool : MemoryPool<byte>
    {
        public Action Asked { get; set; } = () => { };

        public override int MaxBufferSize => Shared.MaxBufferSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Asked();
            return Shared.Rent(minBufferSize);
        }

        protected override void Dispose(bool disposing)
        {
            // The memory is of another pool.
        }
    }
}
