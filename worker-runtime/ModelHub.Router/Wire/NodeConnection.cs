using System.Runtime.CompilerServices;
using ModelHub.Sockets.Connecting;

namespace ModelHub.Router.Wire;

/// <summary>
/// One kept-alive HTTP/1.1 connection to a node, used by one request at a time. Reading and writing allocate nothing.
/// While it lies idle a read waits on it: whatever ends that read before a request is sent is no answer to us, and the
/// answer finds the read already there.
/// Whoever watches deadlines, or the caller's leaving, cuts it from another thread; reads and writes then fail.
/// </summary>
internal sealed class NodeConnection(OutgoingSocket socket, ConnectionPool pool) : IAnswerRest
{
    private const long Idle = 0;
    private const long WasCut = -1;
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(AnswerHead.MostBytes);
    private int start;
    private int end;
    private long remaining;
    private ChunkReader chunks;
    private bool isChunked;
    private long deadline = Idle;
    private ValueTask<int>? waiting;

    public ReadOnlySpan<byte> Arrived => buffer.AsSpan(start, end - start);

    public bool TimedOut { get; private set; }

    /// <summary>When it was put back, on the clock of <see cref="Environment.TickCount64"/>.</summary>
    public long IdleSince { get; set; }

    /// <summary>The loop it goes on at when it has waited.</summary>
    public int Loop => socket.Loop;

    /// <summary>All of the answer was read, and nothing but it.</summary>
    public bool IsClean => (isChunked ? chunks.IsDone : remaining == 0) && start == end;

    /// <summary>False when something came unasked or the node hung up: whatever it is, it is no answer to us.</summary>
    public bool IsQuiet => waiting is { IsCompleted: false };

    /// <summary>Waits for what may come unasked; to be called before it is put back.</summary>
    /// <returns>whether it is quiet now</returns>
    public bool LieIdle()
    {
        Keep(socket.ReceiveAsync(buffer.AsMemory()));
        return IsQuiet;
    }

    public void Begin(Deadline until)
    {
        (start, end) = (0, 0);
        TimedOut = false;
        Volatile.Write(ref deadline, until.At);
    }

    /// <returns>whether the connection may be used again</returns>
    public bool EndUse() => Interlocked.Exchange(ref deadline, Idle) != WasCut;

    /// <summary>Cuts it if its deadline is over; called by the watcher.</summary>
    public void CutIfLate(long now)
    {
        var seen = Volatile.Read(ref deadline);
        if (seen <= 0 || seen > now || Interlocked.CompareExchange(ref deadline, WasCut, seen) != seen)
            return;
        TimedOut = true;
        socket.Cut();
    }

    /// <summary>Cuts it under its user; called when the caller has gone.</summary>
    public void Cut()
    {
        Interlocked.Exchange(ref deadline, WasCut);
        socket.Cut();
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => socket.SendAsync(bytes);

    /// <summary>Receives more of the head behind what has arrived.</summary>
    public ValueTask<int> ReceiveAsync()
    {
        if (waiting is not { } first)
            return socket.ReceiveAsync(buffer.AsMemory(end));
        waiting = null;
        return first;
    }

    /// <summary>Reads the head again with what has come.</summary>
    public HeadEnd Received(int count, AnswerHead head, out int headLength)
    {
        end += count;
        return head.Read(Arrived, out headLength);
    }

    public void BeginBody(AnswerHead head, int headLength)
    {
        start += headLength;
        isChunked = head.IsChunked;
        chunks = default;
        remaining = head.IsChunked ? 0 : head.Length;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> into, Deadline deadline)
    {
        // Each piece of a long answer gets the time anew; the cut, if it came, stays.
        var before = Volatile.Read(ref this.deadline);
        if (before == WasCut || Interlocked.CompareExchange(ref this.deadline, deadline.At, before) != before)
            return -1;
        while (true)
        {
            var n = isChunked ? Chunked(into.Span) : Take(into.Span);
            if (n != 0 || (isChunked ? chunks.IsDone : remaining == 0))
                return n;
            var received = isChunked
                ? await MoreAsync()
                : await socket.ReceiveAsync(into[..(int)Math.Min(into.Length, remaining)]);
            if (received <= 0)
                return -1;
            if (isChunked)
                continue;
            remaining -= received;
            return received;
        }
    }

    /// <summary>Takes of the body what is here, as much as there is room for.</summary>
    public int Take(Span<byte> into)
    {
        var n = (int)Math.Min(Math.Min(into.Length, end - start), remaining);
        buffer.AsSpan(start, n).CopyTo(into);
        (start, remaining) = (start + n, remaining - n);
        return n;
    }

    /// <summary>Puts it back if all was read, else closes it.</summary>
    public void Release(bool keepsAlive)
    {
        if (EndUse() && keepsAlive && IsClean && LieIdle())
            pool.Return(this);
        else
            pool.Drop(this);
    }

    public void Dispose() => pool.Drop(this);

    public void Close() => socket.Dispose();

    // Awaited once, by the request that comes next.
    private void Keep(ValueTask<int> receive) => waiting = receive;

    private int Chunked(Span<byte> into)
    {
        var n = chunks.Read(Arrived, into, out var consumed);
        start += consumed;
        return n;
    }

    private async ValueTask<int> MoreAsync()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        var n = await socket.ReceiveAsync(buffer.AsMemory(end));
        end += n;
        return n;
    }
}
