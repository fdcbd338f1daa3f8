using System.Collections.Concurrent;
using ModelHub.Onnx.Native;

namespace ModelHub.Onnx;

/// <summary>
/// Stops a run at its time limit: ONNX Runtime looks at the flag between two nodes of the graph, so a loop ends at
/// once and one giant operator when it is through. Reused from a pool; one run at a time each.
/// </summary>
public sealed unsafe class RunLimit : IDisposable
{
    private static readonly ConcurrentBag<RunLimit> Pool = [];
    private readonly Lock gate = new();
    private readonly Timer timer;
    private readonly RunOptionsHandle handle;
    private bool running;
    private long deadline;

    private RunLimit()
    {
        Ort.Ensure();
        nint options;
        Ort.Check(OrtApi.CreateRunOptions(&options), OnnxFault.Run);
        handle = new RunOptionsHandle(options);
        timer = new Timer(static limit => ((RunLimit)limit!).Expire(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Whether the flag was raised.</summary>
    public bool Expired { get; private set; }

    internal nint Options => handle.Handle;

    public static RunLimit Start(TimeSpan after)
    {
        var limit = Pool.TryTake(out var pooled) ? pooled : new RunLimit();
        lock (limit.gate)
        {
            limit.running = true;
            limit.deadline = Environment.TickCount64 + (long)after.TotalMilliseconds;
        }
        limit.timer.Change(after, Timeout.InfiniteTimeSpan);
        return limit;
    }

    /// <summary>The run is over. A limit that struck is not used again: the flag stays raised.</summary>
    public void Dispose()
    {
        lock (gate)
            running = false;
        timer.Change(Timeout.Infinite, Timeout.Infinite);
        if (!Expired)
        {
            Pool.Add(this);
            return;
        }
        timer.Dispose();
        handle.Dispose();
    }

    // A late tick of an earlier run must not stop the present one: hence the clock is asked again.
    private void Expire()
    {
        lock (gate)
        {
            if (!running || Environment.TickCount64 < deadline - 20)
                return;
            Expired = true;
            Ort.Check(OrtApi.RunOptionsSetTerminate(Options), OnnxFault.Run);
        }
    }
}
