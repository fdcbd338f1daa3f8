using ModelHub.Inference;
using ModelHub.Inference.Remote;
using ModelHub.Node.Artifacts;

namespace ModelHub.Node.Runtimes.Remote;

/// <summary>How one kind of server is asked over HTTP. Paths are below its base address.</summary>
internal abstract class Dialect
{
    public const string JsonLength = "Inference-Header-Content-Length";

    public abstract string InferPath { get; }

    /// <summary>Looks whether the server has the model, ready and of this signature.</summary>
    /// <returns>why it cannot be used, or null</returns>
    /// <exception cref="HttpRequestException">it does not answer</exception>
    /// <exception cref="InvalidDataException">it answers what is not of its protocol</exception>
    public abstract Task<PlacementProblem?> CheckAsync(HttpClient server, ModelSpec spec, CancellationToken ct);

    /// <returns>length of the JSON when binary data follow it, else null</returns>
    public abstract int? Write(ModelSpec spec, InferRequest request, PooledBuffer to);

    /// <param name="into">one per wanted output, filled in the request's order</param>
    /// <exception cref="InvalidDataException">the answer is not one of this model</exception>
    public abstract void Read(ReadOnlyMemory<byte> body, int? jsonBytes, ModelSpec spec, InferRequest request, IReadOnlyList<ReceivedTensor> into);
}
