using System.Net.Sockets;

namespace ModelHub.Sockets.Connecting;

/// <summary>A connection that was opened here: one reads and one writes at a time, on any threads.</summary>
public abstract class OutgoingSocket : IDisposable
{
    /// <summary>On which of the <see cref="OutgoingSockets.Loops"/> it goes on when it has waited.</summary>
    public abstract int Loop { get; }

    /// <returns>bytes; 0: the other side has ended, or it was cut</returns>
    /// <exception cref="SocketException">it is broken</exception>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> into);

    /// <summary>Sends all of it.</summary>
    /// <exception cref="SocketException">it is broken, or was cut</exception>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends it under who uses it, from any thread; what waits then fails or reads nothing.</summary>
    public abstract void Cut();

    /// <summary>To be called by its last user; a read that still waits is never answered.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    protected abstract void Close();
}
