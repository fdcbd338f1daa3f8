using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace ModelHub.Sockets.Serving;

/// <summary>
/// What a socket brings, read when it is asked for: who does not read holds the sender back. Reading waits without a task and
/// without a copy; what waits goes on where the bytes come in.
/// </summary>
internal sealed class SocketReader(MemoryPool<byte> pool, Action ended) : PipeReader, IValueTaskSource<ReadResult>
{
    private ManualResetValueTaskSourceCore<ReadResult> waiting;
    private CancellationTokenRegistration registration;
    private Chain chain = new(pool);
    private PolledSocket socket = null!;
    private bool examined = true;
    private bool isEnded;
    private bool isCompleted;
    private Exception? failure;
    private int cancelled;
    private volatile bool isPending;

    public void Begin(PolledSocket from) => socket = from;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        ReadResult result;
        while (!TryRead(out result))
        {
            waiting.Reset();
            waiting.RunContinuationsAsynchronously = false;
            if (cancellationToken.CanBeCanceled)
                registration = cancellationToken.UnsafeRegister(static reader => ((SocketReader)reader!).TellIfCancelled(), this);
            isPending = true;
            if (!socket.WaitToRead())
            {
                Unregister();
                continue;
            }
            var read = new ValueTask<ReadResult>(this, waiting.Version);
            TellIfCancelled();
            return read;
        }
        return new(result);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (isCompleted)
            throw new InvalidOperationException("Nobody reads any more.");
        var isCancelled = Volatile.Read(ref cancelled) != 0 && Interlocked.Exchange(ref cancelled, 0) != 0;
        if (!isCancelled && examined && !isEnded && !Fill())
        {
            result = default;
            return false;
        }
        result = Result(isCancelled);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (consumed.GetObject() is not Segment until)
            return;
        this.examined = examined.GetObject() == chain.Last && examined.GetInteger() == chain.Last!.Length;
        chain.Take(until, consumed.GetInteger());
    }

    public override void CancelPendingRead()
    {
        Interlocked.Exchange(ref cancelled, 1);
        TellIfCancelled();
    }

    public override void Complete(Exception? exception = null)
    {
        if (isCompleted)
            return;
        isCompleted = true;
        // Memory that the loop is writing into just now is not given back, but left to the collector.
        if (!isPending || socket.StopReading())
            chain.Clear();
    }

    /// <summary>What it waited for is there. On the loop's thread.</summary>
    public void Readable()
    {
        while (!Fill())
            if (socket.WaitToRead())
            {
                TellIfCancelled();
                return;
            }
        if (socket.Loop.Gathers)
            socket.Loop.TellLater(this);
        else
            Tell();
    }

    /// <summary>What it waited for was read. On the loop's thread.</summary>
    public void Tell()
    {
        if (failure is null)
            waiting.SetResult(new(chain.Bytes, isCanceled: false, isCompleted: isEnded));
        else
            waiting.SetException(failure);
    }

    /// <summary>Reading ends with this reason, once the socket is cut.</summary>
    public void Fail(Exception reason) => Interlocked.CompareExchange(ref failure, reason, null);

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        Unregister();
        return waiting.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => waiting.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        waiting.OnCompleted(continuation, state, token, flags);

    private ReadResult Result(bool isCancelled) =>
        isEnded && failure is not null ? throw failure : new(chain.Bytes, isCancelled, isEnded);

    /// <returns>false: wait</returns>
    private bool Fill()
    {
        if (!socket.IsReady)
            return false;
        var n = socket.Receive(chain.Room().Span);
        if (n == Outcome.Wait)
            return false;
        examined = false;
        if (n > 0)
        {
            chain.Advance(n);
            return true;
        }
        isEnded = true;
        if (n < 0)
            Fail(Failures.Of(n));
        ended();
        return true;
    }

    // To be called after each beginning of a wait, too: whoever called it off before that found nobody waiting.
    private void TellIfCancelled()
    {
        var token = registration.Token;
        if ((Volatile.Read(ref cancelled) == 0 && !token.IsCancellationRequested) || !socket.StopReading())
            return;
        waiting.RunContinuationsAsynchronously = true;
        if (Interlocked.Exchange(ref cancelled, 0) != 0)
            waiting.SetResult(new(chain.Bytes, isCanceled: true, isCompleted: isEnded));
        else
            waiting.SetException(new OperationCanceledException(token));
    }

    private void Unregister()
    {
        isPending = false;
        registration.Dispose();
        registration = default;
    }
}
