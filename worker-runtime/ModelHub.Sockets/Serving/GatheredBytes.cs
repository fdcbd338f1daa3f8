using System.Buffers;
using System.Numerics;

namespace ModelHub.Sockets.Serving;

/// <summary>
/// Small flushes that are to be sent by the loop of their socket, a copy, so that the writer may go on at once. The writer gives
/// bytes here, takes back what is still to be sent before it sends more itself, and the loop sends; a lock keeps the two apart.
/// </summary>
internal sealed class GatheredBytes(PolledSocket socket)
{
    /// <summary>More is sent at once: copying it would cost more than it saves.</summary>
    public const int Most = 4096;

    private readonly Lock gate = new();
    private byte[] bytes = [];
    private int start;
    private int end;
    private volatile Turn turn;
    private volatile bool isBroken;
    private TaskCompletionSource? sent;

    private enum Turn
    {
        /// <summary>Only the writer touches the bytes.</summary>
        Writer,

        /// <summary>The loop sends them after the events of the moment.</summary>
        Loop,

        /// <summary>The loop sends them when there is room.</summary>
        Room,
    }

    /// <summary>Not all was sent.</summary>
    public bool HasAny => end > start;

    /// <summary>The loop has the bytes.</summary>
    public bool IsGiven => turn != Turn.Writer;

    /// <summary>The other side takes nothing any more; what was here is dropped.</summary>
    public bool IsBroken => isBroken;

    /// <summary>By the writer, on the loop's thread while it gathers, with nothing here.</summary>
    public void Give(in ReadOnlySequence<byte> from)
    {
        var length = (int)from.Length;
        if (bytes.Length < length)
            bytes = new byte[(int)BitOperations.RoundUpToPowerOf2((uint)length)];
        from.CopyTo(bytes);
        (start, end) = (0, length);
        turn = Turn.Loop;
        socket.Loop.Gather(this);
    }

    /// <summary>By the writer: from here on it has the bytes again, those that were not sent.</summary>
    public void TakeBack()
    {
        var spin = default(SpinWait);
        while (!TryTakeBack())
            spin.SpinOnce();
    }

    /// <summary>By the writer, when it has the bytes.</summary>
    /// <param name="more">more follows at once</param>
    /// <returns>false: the other side takes no more for now</returns>
    public bool Send(bool more)
    {
        while (start < end)
        {
            var n = socket.Send(bytes.AsSpan(start, end - start), more);
            if (n == Outcome.Wait)
                return false;
            if (n < 0)
            {
                isBroken = true;
                n = end - start;
            }
            start += n;
        }
        return true;
    }

    /// <summary>Does nothing when it was sent or taken back already. By any thread.</summary>
    public void SendNow()
    {
        lock (gate)
            if (turn == Turn.Loop)
                SendGiven();
    }

    /// <summary>There is room. On the loop's thread.</summary>
    /// <returns>false: nothing here waited for it</returns>
    public bool Writable()
    {
        lock (gate)
        {
            if (turn != Turn.Room)
                return false;
            SendGiven();
            return true;
        }
    }

    /// <summary>Ends when the loop has sent what it was given, or cannot.</summary>
    public Task SentAsync()
    {
        lock (gate)
        {
            if (turn == Turn.Writer)
                return Task.CompletedTask;
            sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return sent.Task;
        }
    }

    // With the lock.
    private void SendGiven()
    {
        if (Send(more: false))
        {
            turn = Turn.Writer;
            sent?.TrySetResult();
            return;
        }
        turn = Turn.Room;
        socket.WaitToWrite();
    }

    // Not while the loop is about to tell that there is room: it would tell it to a writer that waits for the next room.
    private bool TryTakeBack()
    {
        lock (gate)
        {
            if (turn == Turn.Room && !socket.StopWriting())
                return false;
            turn = Turn.Writer;
            sent?.TrySetResult();
            return true;
        }
    }
}
