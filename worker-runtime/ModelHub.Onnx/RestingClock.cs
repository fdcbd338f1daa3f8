namespace ModelHub.Onnx;

/// <summary>
/// A timer that ticks while there is something to watch and rests when there was nothing for fifty ticks. A timer per
/// thing watched would cost more than a small model's run.
/// </summary>
public sealed class RestingClock : IDisposable
{
    private const int Resting = 0;
    private const int Ticking = 1;
    private const int TicksBeforeRest = 50;
    private readonly TimeSpan step;
    private readonly Func<bool> tick;
    private readonly Timer timer;
    private int state;
    private int quiet;

    /// <param name="tick">looks once; returns whether there is anything to watch</param>
    public RestingClock(TimeSpan step, Func<bool> tick)
    {
        (this.step, this.tick) = (step, tick);
        timer = new Timer(static clock => ((RestingClock)clock!).Tick(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Called after the thing to watch was entered: either this sees the clock rest, or the clock sees the thing.</summary>
    public void Wake()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref state) == Resting && Interlocked.Exchange(ref state, Ticking) == Resting)
            timer.Change(step, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();

    // Armed anew by each tick: two never run at once.
    private void Tick()
    {
        quiet = tick() ? 0 : quiet + 1;
        if (quiet < TicksBeforeRest)
        {
            timer.Change(step, Timeout.InfiniteTimeSpan);
            return;
        }
        quiet = 0;
        Interlocked.Exchange(ref state, Resting);
        if (tick())
            Wake();
    }
}
