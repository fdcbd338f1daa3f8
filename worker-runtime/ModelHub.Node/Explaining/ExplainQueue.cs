using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Explaining;

/// <summary>Explanations run many rows for one answer: few at a time, and few may wait, so that requests keep the processors.</summary>
internal sealed class ExplainQueue(NodeOptions options) : IDisposable
{
    private readonly SemaphoreSlim turns = new(options.Explanations);
    private int here;

    /// <returns>to be disposed when the explanation is done</returns>
    /// <exception cref="RunException">as many wait as may, or no turn came in time</exception>
    public async Task<Turn> EnterAsync(TimeSpan limit, CancellationToken ct)
    {
        if (Interlocked.Increment(ref here) > options.Explanations + options.ExplanationQueue)
        {
            Interlocked.Decrement(ref here);
            throw new RunException(RunFault.Overloaded, $"More than {options.ExplanationQueue} explanations are waiting on this node.");
        }
        var entered = false;
        try
        {
            entered = await turns.WaitAsync(limit, ct);
        }
        finally
        {
            if (!entered)
                Interlocked.Decrement(ref here);
        }
        return entered ? new Turn(this) : throw new RunException(RunFault.Overloaded, $"No turn for an explanation came within {limit.TotalSeconds:0.###} seconds.");
    }

    public void Dispose() => turns.Dispose();

    public readonly struct Turn(ExplainQueue queue) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref queue.here);
            queue.turns.Release();
        }
    }
}
