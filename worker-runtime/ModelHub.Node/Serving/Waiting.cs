using System.Threading.Tasks.Sources;

namespace ModelHub.Node.Serving;

/// <summary>
/// A request that waits for its run on another thread. Whoever ends it first, the run, its deadline or its caller,
/// decides; the others come too late. Kept with its slot for the next request.
/// </summary>
internal sealed class Waiting(Slot slot) : IValueTaskSource
{
    private const int Open = 0;
    private const int Over = 1;
    private ManualResetValueTaskSourceCore<bool> source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration abort;
    private int state = Over;
    private bool used;

    public Slot Slot { get; } = slot;

    /// <summary>Rows it brings to a joined run; 0 when it must run alone.</summary>
    public int Rows { get; private set; }

    /// <summary>In milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Deadline { get; private set; }

    public TimeSpan Limit { get; private set; }

    public CancellationToken Aborted { get; private set; }

    public bool IsOver => Volatile.Read(ref state) == Over;

    public ValueTask Start(int rows, TimeSpan limit, CancellationToken ct)
    {
        source.Reset();
        used = true;
        (Rows, Limit, Aborted, Deadline) = (rows, limit, ct, Environment.TickCount64 + (long)Math.Ceiling(limit.TotalMilliseconds));
        Volatile.Write(ref state, Open);
        abort = ct.UnsafeRegister(static (waiting, token) => ((Waiting)waiting!).Fail(new OperationCanceledException(token)), this);
        return new ValueTask(this, source.Version);
    }

    /// <returns>whether it was started since the last time this was asked</returns>
    public bool TryForget()
    {
        var before = used;
        used = false;
        return before;
    }

    public bool Succeed()
    {
        if (!TryEnd())
            return false;
        source.SetResult(true);
        return true;
    }

    public bool Fail(Exception why)
    {
        if (!TryEnd())
            return false;
        source.SetException(why);
        return true;
    }

    public void GetResult(short token)
    {
        abort.Unregister();
        source.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);

    private bool TryEnd() => Interlocked.Exchange(ref state, Over) == Open;
}
