using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ModelHub.Sockets;

/// <summary>
/// One thread that waits for the sockets it was given and runs what waited for them, right there: what takes long must leave it.
/// Sockets are watched edge-triggered, and for writing only while a write waits: one in the file system would
/// otherwise wake its sender each time the other side reads.
/// </summary>
internal sealed class EventLoop
{
    private const int Most = 256;
    private const uint Always = Libc.In | Libc.PeerShut | Libc.EdgeTriggered;

    [ThreadStatic]
    private static EventLoop? current;

    private readonly int poll;
    private readonly SocketSlots slots = new();

    private EventLoop(int number)
    {
        Number = number;
        poll = Libc.CreatePoll(Libc.CloseOnExec);
        if (poll < 0)
            throw new SocketException(Marshal.GetLastPInvokeError());
        new Thread(Run) { IsBackground = true, Name = $"Sockets {number}" }.Start();
    }

    /// <summary>Those of this process: one for each processor.</summary>
    public static EventLoop[] All { get; } = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(n => new EventLoop(n))];

    /// <summary>The loop whose thread this is; null on any other thread.</summary>
    public static EventLoop? Current => current;

    public int Number { get; }

    /// <summary>From here on its events come in.</summary>
    /// <exception cref="SocketException">no memory, or too many are watched</exception>
    public void Watch(PolledSocket socket)
    {
        socket.Slot = slots.Add(socket);
        try
        {
            Change(Libc.Add, socket, Always);
        }
        catch (SocketException)
        {
            Forget(socket);
            throw;
        }
    }

    public void WatchWrites(PolledSocket socket, bool waits)
    {
        try
        {
            Change(Libc.Modify, socket, waits ? Always | Libc.Out : Always);
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile, and watched no more.
        }
    }

    /// <summary>Before it is closed, which ends the watch itself.</summary>
    public void Forget(PolledSocket socket) => slots.Remove(socket.Slot);

    private void Change(int operation, PolledSocket socket, uint events)
    {
        Span<byte> change = stackalloc byte[PollEvent.Size];
        PollEvent.Write(change, events, socket.Slot);
        if (Libc.Control(poll, operation, socket.Handle, ref change[0]) < 0)
            throw new SocketException(Marshal.GetLastPInvokeError());
    }

    private void Run()
    {
        current = this;
        var size = PollEvent.Size;
        var events = GC.AllocateArray<byte>(size * Most, pinned: true);
        while (true)
        {
            var count = Libc.Wait(poll, ref events[0], Most, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
                throw new SocketException(Marshal.GetLastPInvokeError());
            for (var i = 0; i < count; i++)
            {
                var at = events.AsSpan(i * size, size);
                slots.Find(PollEvent.Data(at))?.Happened(PollEvent.Events(at));
            }
        }
    }
}
