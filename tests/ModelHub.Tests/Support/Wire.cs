using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ModelHub.Tests.Support;

/// <summary>A wire to PostgreSQL that can be cut: connections break and new ones are refused, until it is mended.</summary>
public sealed class Wire : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder target;
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Socket> open = [];
    private readonly Lock gate = new();
    private readonly int port;
    private TcpListener listener;
    private Task accepting;

    public Wire(string connectionString)
    {
        target = new NpgsqlConnectionStringBuilder(connectionString);
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener);
    }

    public string ConnectionString => new NpgsqlConnectionStringBuilder(target.ConnectionString) { Host = "127.0.0.1", Port = port }.ConnectionString;

    public async Task CutAsync()
    {
        listener.Stop();
        await accepting;
        lock (gate)
        {
            foreach (var socket in open) socket.Dispose();
            open.Clear();
        }
    }

    public void Mend()
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        accepting = AcceptAsync(listener);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await CutAsync();
        stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        while (true)
            try
            {
                _ = CarryAsync(await from.AcceptSocketAsync(stopping.Token));
            }
            catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task CarryAsync(Socket near)
    {
        // A host that is a folder holds the server's socket file.
        var local = Path.IsPathRooted(target.Host);
        var far = local ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (gate) open.AddRange([near, far]);
        try
        {
            await (local ? far.ConnectAsync(new UnixDomainSocketEndPoint($"{target.Host}/.s.PGSQL.{target.Port}")) : far.ConnectAsync(target.Host!, target.Port));
            await using var one = new NetworkStream(near);
            await using var other = new NetworkStream(far);
            await Task.WhenAny(one.CopyToAsync(other), other.CopyToAsync(one));
        }
        catch (Exception cut) when (cut is IOException or SocketException or ObjectDisposedException)
        {
            // Cut: both ends are told below.
        }
        finally
        {
            near.Dispose();
            far.Dispose();
        }
    }
}
