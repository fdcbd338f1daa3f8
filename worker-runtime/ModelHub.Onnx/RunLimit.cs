using System.Collections.Concurrent;
using ModelHub.Onnx.Native;

namespace ModelHub.Onnx;

/// <summary>
/// Stops a run at its time limit: ONNX Runtime looks at the flag between two nodes of the graph, so a loop ends at
/// once and one giant operator when it is through. Reused from a pool; one run at a time each.
/// </summary>
public sealed class RunLimit : IDisposable
{
    private const long Idle = 0;
    private const long Struck = -1;
    private static readonly ConcurrentBag<RunLimit> Pool = [];
    private readonly RunOptionsHandle handle;

    // Milliseconds of Environment.TickCount64 while a run is on; one exchange decides between its end and the stroke.
    private long deadline;

    private unsafe RunLimit()
    {
        Ort.Ensure();
        nint options;
        Ort.Check(OrtApi.CreateRunOptions(&options), OnnxFault.Run);
        handle = new RunOptionsHandle(options);
        RunWatch.Add(this);
    }

    /// <summary>Whether the flag was raised.</summary>
    public bool Expired => Volatile.Read(ref deadline) == Struck;

    internal nint Options => handle.Handle;

    internal bool Running => Volatile.Read(ref deadline) > Idle;

    public static RunLimit Start(TimeSpan after)
    {
        var limit = Pool.TryTake(out var pooled) ? pooled : new RunLimit();
        Volatile.Write(ref limit.deadline, Math.Max(1, Environment.TickCount64 + (long)Math.Ceiling(after.TotalMilliseconds)));
        RunWatch.Wake();
        return limit;
    }

    /// <summary>The run is over. A limit that struck is not used again: the flag stays raised.</summary>
    public void Dispose()
    {
        var before = Volatile.Read(ref deadline);
        if (before != Struck && Interlocked.CompareExchange(ref deadline, Idle, before) == before)
        {
            Pool.Add(this);
            return;
        }
        // The watch may be raising the flag this moment: the handle lives until nobody holds it.
        RunWatch.Remove(this);
        handle.Dispose();
    }

    /// <summary>Stops the run that is on, if any, before its time.</summary>
    public void Stop() => Look(long.MaxValue);

    internal void Look(long now)
    {
        var before = Volatile.Read(ref deadline);
        if (before <= Idle || now < before)
            return;
        var held = false;
        handle.DangerousAddRef(ref held);
        try
        {
            if (Interlocked.CompareExchange(ref deadline, Struck, before) == before)
                Ort.Check(OrtApi.RunOptionsSetTerminate(Options), OnnxFault.Run);
        }
        finally
        {
            handle.DangerousRelease();
        }
    }
}
