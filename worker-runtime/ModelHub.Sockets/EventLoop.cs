using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ModelHub.Sockets.Serving;

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

    // What is gathered goes out when there is this much of it, or when it has waited a quarter of a millisecond.
    private const int MostGathered = 16;
    private static readonly long LongestGathered = Stopwatch.Frequency / 4000;

    [ThreadStatic]
    private static EventLoop? current;

    private readonly int poll;
    private readonly SocketSlots slots = new();
    private readonly List<SocketReader> toTell = new(Most);
    private readonly List<GatheredBytes> toSend = new(MostGathered);
    private long gatheredSince;
    private bool hasMore;

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

    /// <summary>This is its thread, and events are still to be told: what is to be sent may wait for what they bring.</summary>
    public bool Gathers => current == this && hasMore;

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

    /// <summary>To be sent soon. On the loop's thread, while it gathers.</summary>
    public void Gather(GatheredBytes bytes)
    {
        if (toSend.Count == 0)
            gatheredSince = Stopwatch.GetTimestamp();
        toSend.Add(bytes);
    }

    /// <summary>It has read, and is to be told once all that came at the same time was read. On the loop's thread, while it gathers.</summary>
    public void TellLater(SocketReader reader) => toTell.Add(reader);

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
        var events = GC.AllocateArray<byte>(PollEvent.Size * Most, pinned: true);
        while (true)
        {
            var count = Libc.Wait(poll, ref events[0], Most, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
                throw new SocketException(Marshal.GetLastPInvokeError());
            Happened(events, count);
            TellRead();
        }
    }

    // Reading, working and sending each fill the processor's caches with their own code. In turn for each socket they push one
    // another out; so all that is there is read, then worked on, and the answers are sent together.
    private void Happened(byte[] events, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var at = events.AsSpan(i * PollEvent.Size, PollEvent.Size);
            hasMore = i + 1 < count || toTell.Count > 0;
            slots.Find(PollEvent.Data(at))?.Happened(PollEvent.Events(at));
            SendIfDue();
        }
    }

    private void TellRead()
    {
        for (var i = 0; i < toTell.Count; i++)
        {
            hasMore = i + 1 < toTell.Count;
            toTell[i].Tell();
            SendIfDue();
        }
        toTell.Clear();
    }

    private void SendIfDue()
    {
        if (toSend.Count == 0 || (hasMore && toSend.Count < MostGathered && Stopwatch.GetTimestamp() - gatheredSince < LongestGathered))
            return;
        foreach (var bytes in toSend)
            bytes.SendNow();
        toSend.Clear();
    }
}
