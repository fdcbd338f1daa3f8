using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace ModelHub.Sockets.Connecting;

/// <summary>One of <see cref="SystemSockets"/>.</summary>
internal sealed class SystemSocket(Socket socket) : OutgoingSocket
{
    public override int Loop => 0;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        try
        {
            return await socket.ReceiveAsync(into, SocketFlags.None);
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await socket.SendAsync(bytes, SocketFlags.None);
        }
        catch (ObjectDisposedException)
        {
            throw new SocketException((int)SocketError.OperationAborted);
        }
    }

    public override void Cut() => socket.Dispose();

    protected override void Close() => socket.Dispose();
}
