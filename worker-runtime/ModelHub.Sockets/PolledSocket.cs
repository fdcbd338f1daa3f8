using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ModelHub.Sockets;

/// <summary>
/// A connected socket that never blocks, and what its user waits for. One reads and one writes at a time, on any threads;
/// cutting it may come from a third. Reading asks the kernel only when it told that something is there: a call
/// that finds nothing costs as much as one that does.
/// </summary>
internal sealed class PolledSocket(Socket socket, ISocketUser user, EventLoop loop)
{
    private const int Quiet = 0;
    private const int Ready = 1;
    private const int Waited = 2;
    private int read;
    private int write;
    private int cut;
    private volatile bool isEnding;

    public SafeHandle Handle { get; } = socket.SafeHandle;

    public EventLoop Loop => loop;

    public ulong Slot { get; set; }

    /// <summary>Something is there to be read, or the other side has hung up.</summary>
    public bool IsReady => Volatile.Read(ref read) == Ready;

    public void Begin() => loop.Watch(this);

    /// <returns>bytes; 0: the other side has ended; <see cref="Outcome.Wait"/>; below that an error</returns>
    public int Receive(Span<byte> into)
    {
        if (Interlocked.CompareExchange(ref read, Quiet, Ready) != Ready)
            return Outcome.Wait;
        var outcome = ReceiveNow(ref MemoryMarshal.GetReference(into), into.Length);
        // Less than there was room for is all that was there, and what comes after that comes with an event; but for the
        // end, whose event may have come before what was read now.
        if (outcome != Outcome.Wait && (outcome == into.Length || outcome <= 0 || isEnding))
            Volatile.Write(ref read, Ready);
        return outcome;
    }

    /// <returns>false: read now</returns>
    public bool WaitToRead() => Interlocked.CompareExchange(ref read, Waited, Quiet) == Quiet;

    /// <returns>true: nobody is told any more</returns>
    public bool StopReading() => Interlocked.CompareExchange(ref read, Quiet, Waited) == Waited;

    /// <returns>bytes taken, fewer than there are when the kernel has no more room; <see cref="Outcome.Wait"/>; below that an error</returns>
    /// <param name="more">goes on at once: the kernel may wait for what follows</param>
    public int Send(ReadOnlySpan<byte> bytes, bool more = false)
    {
        var flags = Libc.DontWait | Libc.NoSignal | (more ? Libc.More : 0);
        try
        {
            nint n;
            do
                n = Libc.Send(Handle, ref MemoryMarshal.GetReference(bytes), bytes.Length, flags);
            while (n < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
            return n < 0 ? Outcome.Of(Marshal.GetLastPInvokeError()) : (int)n;
        }
        catch (ObjectDisposedException)
        {
            return Outcome.Closed;
        }
    }

    /// <summary>The user is told once there is room, also when there is already.</summary>
    public void WaitToWrite()
    {
        Volatile.Write(ref write, Waited);
        loop.WatchWrites(this, true);
    }

    /// <returns>true: nobody is told any more</returns>
    public bool StopWriting() => Interlocked.CompareExchange(ref write, Quiet, Waited) == Waited;

    /// <summary>Ends both directions; who waits is told by the loop.</summary>
    public void Cut()
    {
        if (Interlocked.Exchange(ref cut, 1) != 0)
            return;
        try
        {
            // Down already is what was wanted.
            _ = Libc.Shut(Handle, Libc.ShutBoth);
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile.
        }
    }

    /// <summary>Nothing is there and nothing will come: the other side has ended.</summary>
    public bool HasEnded()
    {
        byte one = 0;
        return ReceiveNow(ref one, 1, Libc.Peek) is not (> 0 or Outcome.Wait);
    }

    /// <summary>Gives it back to the system; no read and no write may wait.</summary>
    /// <param name="abruptly">with a reset, so that half an answer is not taken for a whole</param>
    public void Close(bool abruptly)
    {
        loop.Forget(this);
        if (abruptly)
            socket.Close(0);
        else
            socket.Dispose();
    }

    /// <summary>On the loop's thread.</summary>
    public void Happened(uint events)
    {
        var broken = (events & (Libc.Error | Libc.HangUp)) != 0;
        if (broken || (events & Libc.PeerShut) != 0)
            isEnding = true;
        if ((broken || (events & Libc.Out) != 0) && StopWriting())
        {
            loop.WatchWrites(this, false);
            user.Writable();
        }
        if ((events & (Libc.In | Libc.PeerShut)) == 0 && !broken)
            return;
        if (Interlocked.Exchange(ref read, Ready) == Waited)
            user.Readable();
        else if (broken || (events & Libc.PeerShut) != 0)
            user.HungUp(broken);
    }

    private int ReceiveNow(ref byte into, int length, int flags = 0)
    {
        try
        {
            nint n;
            do
                n = Libc.Receive(Handle, ref into, length, flags | Libc.DontWait);
            while (n < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
            return n < 0 ? Outcome.Of(Marshal.GetLastPInvokeError()) : (int)n;
        }
        catch (ObjectDisposedException)
        {
            return Outcome.Closed;
        }
    }
}
