using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ModelHub.Sockets.Connecting;
using Xunit;

namespace ModelHub.Tests.Sockets;

/// <summary>What connections that are opened here promise, whichever kind of sockets they are.</summary>
public sealed class OutgoingTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public OutgoingTests() => listener.Start();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose() => listener.Dispose();

    [Theory, InlineData(true), InlineData(false)]
    public async Task Bytes_go_there_and_back(bool polled)
    {
        var (near, far) = await PairAsync(polled);
        using var both = (near, far).AsOne();
        var into = new byte[100];

        for (var i = 0; i < 100; i++)
        {
            await near.SendAsync(new[] { (byte)i });
            Assert.Equal(1, await far.ReceiveAsync(into, Ct));
            var waiting = near.ReceiveAsync(into);
            await far.SendAsync(new[] { into[0], (byte)1 }, Ct);

            Assert.Equal(2, await waiting.AsTask().WaitAsync(Soon, Ct));
            Assert.Equal((byte)i, into[0]);
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_name_and_a_socket_in_the_file_system_are_found(bool polled)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("modelhub-sockets-").FullName, "s");
        using var local = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        local.Bind(new UnixDomainSocketEndPoint(path));
        local.Listen();

        using var named = await Of(polled).ConnectAsync(new DnsEndPoint("localhost", Port), Ct);
        using var filed = await Of(polled).ConnectAsync(new UnixDomainSocketEndPoint(path), Ct);
        using var far = await local.AcceptAsync(Ct);
        await filed.SendAsync("x"u8.ToArray());

        Assert.Equal(1, await far.ReceiveAsync(new byte[10], Ct));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Bytes_and_the_end_that_come_together_are_both_read(bool polled)
    {
        for (var i = 0; i < 200; i++)
        {
            var (near, far) = await PairAsync(polled);
            using var _ = near;
            await far.SendAsync("abc"u8.ToArray(), Ct);
            far.Dispose();
            var into = new byte[100];

            Assert.Equal(3, await near.ReceiveAsync(into).AsTask().WaitAsync(Soon, Ct));
            Assert.Equal(0, await near.ReceiveAsync(into).AsTask().WaitAsync(Soon, Ct));
            Assert.Equal(0, await near.ReceiveAsync(into).AsTask().WaitAsync(Soon, Ct));
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_reset_is_told(bool polled)
    {
        var (near, far) = await PairAsync(polled);
        using var _ = near;
        var waiting = near.ReceiveAsync(new byte[10]);

        far.Close(0);

        var e = await Assert.ThrowsAsync<SocketException>(() => waiting.AsTask().WaitAsync(Soon, Ct));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            // The kernel takes what it has not been told yet that nobody reads.
            for (var i = 0; i < 1000; i++)
                await near.SendAsync(new byte[1000]);
        });
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Cutting_it_ends_what_waits(bool polled)
    {
        var (near, far) = await PairAsync(polled);
        using var both = (near, far).AsOne();
        var reading = near.ReceiveAsync(new byte[10]);
        var sending = near.SendAsync(new byte[64 << 20]).AsTask();
        Assert.False(sending.IsCompleted);

        near.Cut();
        near.Cut();

        await Assert.ThrowsAsync<SocketException>(() => sending.WaitAsync(Soon, Ct));
        try
        {
            Assert.Equal(0, await reading.AsTask().WaitAsync(Soon, Ct));
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.OperationAborted, e.SocketErrorCode);
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task What_the_other_side_does_not_take_yet_is_sent_later(bool polled)
    {
        var (near, far) = await PairAsync(polled);
        using var both = (near, far).AsOne();
        var bytes = RandomNumberGenerator.GetBytes(16 << 20);
        var sending = near.SendAsync(bytes).AsTask();
        Assert.False(sending.IsCompleted);
        var got = new byte[bytes.Length];

        for (var n = 0; n < got.Length;)
            n += await far.ReceiveAsync(got.AsMemory(n), Ct);

        await sending.WaitAsync(Soon, Ct);
        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(got));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Where_nobody_listens_it_is_refused(bool polled)
    {
        listener.Stop();
        var path = Path.Combine(Path.GetTempPath(), "modelhub-nobody-" + Guid.NewGuid().ToString("N"));

        var e = await Assert.ThrowsAsync<SocketException>(async () => await Of(polled).ConnectAsync(new DnsEndPoint("127.0.0.1", Port), Ct));
        await Assert.ThrowsAsync<SocketException>(async () => await Of(polled).ConnectAsync(new UnixDomainSocketEndPoint(path), Ct));
        await Assert.ThrowsAsync<SocketException>(async () => await Of(polled).ConnectAsync(new DnsEndPoint("nowhere.invalid", Port), Ct));

        Assert.Equal(SocketError.ConnectionRefused, e.SocketErrorCode);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Connecting_ends_with_the_callers_patience(bool polled)
    {
        // With its queue full, a listener's system answers no further caller.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var to = full.LocalEndPoint!;
        var waiting = new List<Socket>();
        for (var i = 0; i < 4; i++)
        {
            var caller = new Socket(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            waiting.Add(caller);
            _ = caller.ConnectAsync(to, Ct).AsTask();
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Of(polled).ConnectAsync(to, patience.Token).AsTask().WaitAsync(Soon, Ct));

        waiting.ForEach(caller => caller.Dispose());
    }

    [Fact]
    public async Task What_has_waited_goes_on_on_its_loop()
    {
        var (near, far) = await PairAsync(polled: true);
        using var both = (near, far).AsOne();
        var here = new TaskCompletionSource<int?>();
        var sockets = Of(polled: true);
        async Task ReadAsync()
        {
            await near.ReceiveAsync(new byte[10]).ConfigureAwait(false);
            here.SetResult(sockets.CurrentLoop);
        }

        var reading = ReadAsync();
        await far.SendAsync("x"u8.ToArray(), Ct);
        await reading.WaitAsync(Soon, Ct);

        Assert.Equal(near.Loop, await here.Task);
        Assert.InRange(near.Loop, 0, sockets.Loops - 1);
    }

    private static OutgoingSockets Of(bool polled) => polled ? new PolledSockets() : new SystemSockets();

    private async Task<(OutgoingSocket Near, Socket Far)> PairAsync(bool polled)
    {
        var near = await Of(polled).ConnectAsync(new DnsEndPoint("127.0.0.1", Port), Ct);
        return (near, await listener.AcceptSocketAsync(Ct));
    }
}
