using System.Net;
using System.Net.Sockets;

namespace ModelHub.Benchmarks.Pages;

/// <summary>A port before a server that hands on what it is sent and counts what comes back: bytes as the server wrote them, compressed, with all headers and frames.</summary>
internal sealed class CountedWire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly Uri behind;
    private readonly Task accepting;
    private long received;

    public CountedWire(Uri behind)
    {
        this.behind = behind;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Url => new UriBuilder(behind) { Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri;

    /// <summary>Bytes from the server since the start.</summary>
    public long Received => Interlocked.Read(ref received);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await accepting;
        listener.Dispose();
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(CarryAsync(await listener.AcceptTcpClientAsync(closing.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task CarryAsync(TcpClient browser)
    {
        using var server = new TcpClient();
        using (browser)
            try
            {
                await server.ConnectAsync(behind.Host, behind.Port, closing.Token);
                var (near, far) = (browser.GetStream(), server.GetStream());
                await Task.WhenAny(PumpAsync(near, far, _ => { }), PumpAsync(far, near, count => Interlocked.Add(ref received, count)));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One end went away: the other is closed too, as it would be without anything between them.
            }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, Action<int> count)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await from.ReadAsync(buffer, closing.Token)) > 0; await to.WriteAsync(buffer.AsMemory(0, read), closing.Token))
            count(read);
    }
}
