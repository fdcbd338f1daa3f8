using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ModelHub.Sockets.Serving;

/// <summary>Takes callers' connections in, by turns for each loop.</summary>
internal sealed class Listener(Socket socket, MemoryPool<byte> pool) : IConnectionListener
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);
    private static long accepted;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                return Serve(await socket.AcceptAsync(cancellationToken));
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // Callers wait in the system's queue until others have gone.
                await Task.Delay(Breath, cancellationToken);
            }
            catch (SocketException)
            {
                // The caller went before it was taken in: the next one.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        pool.Dispose();
        return default;
    }

    private ServedConnection Serve(Socket caller)
    {
        try
        {
            if (caller.LocalEndPoint is IPEndPoint)
                caller.NoDelay = true;
            var number = Interlocked.Increment(ref accepted);
            var loop = EventLoop.All[number % EventLoop.All.Length];
            var connection = new ServedConnection(caller, pool, loop, number.ToString("X", CultureInfo.InvariantCulture));
            connection.Begin();
            return connection;
        }
        catch (SocketException)
        {
            caller.Dispose();
            throw;
        }
    }
}
