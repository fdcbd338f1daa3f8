using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace ModelHub.Sockets.Serving;

/// <summary>
/// What goes out of a socket, at once with each flush or, if it is little, with what else the loop is about to send; a flush
/// waits while the other side takes no more.
/// </summary>
internal sealed class SocketWriter(MemoryPool<byte> pool) : PipeWriter, IValueTaskSource<FlushResult>
{
    private ManualResetValueTaskSourceCore<FlushResult> waiting;
    private CancellationTokenRegistration registration;
    private Chain chain = new(pool);
    private PolledSocket socket = null!;
    private GatheredBytes gathered = null!;
    private volatile bool isCompleted;
    private bool isBroken;
    private long unflushed;
    private int cancelled;
    private volatile bool isPending;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => unflushed;

    /// <summary>Something was to be sent and was not.</summary>
    public bool IsCutShort => IsBroken || unflushed > 0 || gathered.HasAny;

    private bool IsBroken => isBroken || gathered.IsBroken;

    public void Begin(PolledSocket to) => (socket, gathered) = (to, new(to));

    /// <summary>Ends when nothing is left that a flush has promised to send.</summary>
    public Task SentAsync() => gathered.SentAsync();

    /// <summary>Sends what a flush has promised to send, as far as the other side takes it now. By any thread.</summary>
    public void SendNow() => gathered.SendNow();

    /// <summary>Gives up what a flush has promised to send.</summary>
    public void GiveUp() => gathered.TakeBack();

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ObjectDisposedException.ThrowIf(isCompleted, this);
        return chain.Room(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (isCompleted)
            return;
        chain.Advance(bytes);
        unflushed += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        if (isCompleted)
            return new(new FlushResult(isCanceled: false, isCompleted: true));
        if (Volatile.Read(ref cancelled) != 0 && Interlocked.Exchange(ref cancelled, 0) != 0)
            return new(new FlushResult(isCanceled: true, isCompleted: IsBroken));
        if (gathered.IsGiven)
            gathered.TakeBack();
        if (unflushed is > 0 and <= GatheredBytes.Most && socket.Loop.Gathers && !gathered.HasAny)
        {
            gathered.Give(chain.Bytes);
            chain.Take(chain.Last!, chain.Last!.Length);
            unflushed = 0;
            return new(new FlushResult(isCanceled: false, isCompleted: IsBroken));
        }
        return SendAll() ? new(new FlushResult(isCanceled: false, isCompleted: IsBroken)) : WaitAsync(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        Interlocked.Exchange(ref cancelled, 1);
        TellIfCancelled();
    }

    public override void Complete(Exception? exception = null)
    {
        if (isCompleted)
            return;
        isCompleted = true;
        // What the loop was given it sends without us, unless more is to follow at once.
        if (exception is null && unflushed > 0 && gathered.IsGiven)
            gathered.TakeBack();
        var waits = isPending;
        // Memory that the loop is sending just now is not given back, but left to the collector.
        if (waits && !socket.StopWriting())
            return;
        if (exception is null && !gathered.IsGiven)
            SendAll();
        chain.Clear();
        if (!waits)
            return;
        waiting.RunContinuationsAsynchronously = true;
        waiting.SetResult(new(isCanceled: false, isCompleted: true));
    }

    /// <summary>There is room again. On the loop's thread.</summary>
    public void Writable()
    {
        if (gathered.Writable())
            return;
        if (SendAll())
            waiting.SetResult(new(isCanceled: false, isCompleted: IsBroken));
        else
            Wait();
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token)
    {
        isPending = false;
        registration.Dispose();
        registration = default;
        return waiting.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => waiting.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        waiting.OnCompleted(continuation, state, token, flags);

    private ValueTask<FlushResult> WaitAsync(CancellationToken ct)
    {
        waiting.Reset();
        waiting.RunContinuationsAsynchronously = false;
        if (ct.CanBeCanceled)
            registration = ct.UnsafeRegister(static writer => ((SocketWriter)writer!).TellIfCancelled(), this);
        var flush = new ValueTask<FlushResult>(this, waiting.Version);
        isPending = true;
        Wait();
        return flush;
    }

    private void Wait()
    {
        socket.WaitToWrite();
        // Whoever called it off before found nobody waiting.
        TellIfCancelled();
    }

    private void TellIfCancelled()
    {
        var token = registration.Token;
        if ((Volatile.Read(ref cancelled) == 0 && !token.IsCancellationRequested && !isCompleted) || !socket.StopWriting())
            return;
        waiting.RunContinuationsAsynchronously = true;
        if (Interlocked.Exchange(ref cancelled, 0) != 0)
            waiting.SetResult(new(isCanceled: true, isCompleted: IsBroken || isCompleted));
        else if (isCompleted)
            waiting.SetResult(new(isCanceled: false, isCompleted: true));
        else
            waiting.SetException(new OperationCanceledException(token));
    }

    /// <returns>false: the other side takes no more for now</returns>
    private bool SendAll()
    {
        if (gathered.HasAny && !gathered.Send(more: unflushed > 0))
            return false;
        while (unflushed > 0)
        {
            var first = chain.First!;
            var n = socket.Send(first.From(chain.Start), more: first != chain.Last);
            if (n == Outcome.Wait)
                return false;
            if (n < 0)
            {
                // Nobody takes it: as with any pipe, the flush tells it.
                (isBroken, unflushed) = (true, 0);
                chain.Clear();
                return true;
            }
            unflushed -= n;
            chain.Take(n);
        }
        return true;
    }
}
