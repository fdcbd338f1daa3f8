using ModelHub.Inference;

namespace ModelHub.Node.Runtimes;

/// <summary>One run: its request is filled, then it is executed, then its outputs are read, then it is cleared for the next.</summary>
internal abstract class RuntimeRun : IDisposable
{
    /// <summary>Read from the wire and checked against the signature.</summary>
    public InferRequest Request { get; } = new();

    /// <param name="limit">after which the run is stopped</param>
    /// <exception cref="RunException">it failed or was stopped</exception>
    public abstract ValueTask ExecuteAsync(TimeSpan limit, CancellationToken ct);

    /// <param name="index">among the outputs the request wants</param>
    /// <returns>valid until <see cref="Clear"/></returns>
    public abstract OutputTensor Output(int index);

    public abstract void Clear();

    public abstract void Dispose();
}
