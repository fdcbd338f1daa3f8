using ModelHub.Inference;
using ModelHub.Onnx.Additive;

namespace ModelHub.Node.Runtimes;

/// <summary>One version as its runtime holds it. Any number of runs go on at once.</summary>
internal abstract class RuntimeInstance(ModelSpec spec) : IAsyncDisposable
{
    /// <summary>What goes in and comes out, as the protocol says it.</summary>
    public ModelSpec Spec { get; } = spec;

    /// <summary>What it takes of the node's budget.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>Whether runs use the processor on the thread that starts them; else that thread only waits for others.</summary>
    public abstract bool RunsOnCallersThread { get; }

    /// <summary>Whether a run may take any time, whatever the size of its inputs.</summary>
    public abstract bool IsOpenEnded { get; }

    /// <summary>False when it is known to give other outputs for the same inputs.</summary>
    public abstract bool IsRepeatable { get; }

    /// <summary>The outputs that are sums over the values of a row, as of linear models; none where nobody can tell.</summary>
    public virtual IReadOnlyList<AdditiveOutput> Additive => [];

    /// <returns>a place for one run at a time; the caller keeps it for the next and disposes it</returns>
    public abstract RuntimeRun NewRun();

    /// <summary>Lets go of the version once the runs in flight are through.</summary>
    public abstract ValueTask DisposeAsync();
}
