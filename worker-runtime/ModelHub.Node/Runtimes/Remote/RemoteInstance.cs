using ModelHub.Inference;
using ModelHub.Node.Artifacts;

namespace ModelHub.Node.Runtimes.Remote;

/// <summary>A version behind HTTP: on a server elsewhere, or in a process of this node.</summary>
/// <param name="server">ends with it</param>
/// <param name="memory">bytes it takes on this node now</param>
/// <param name="also">ends with it, after the runs in flight</param>
internal sealed class RemoteInstance(ModelSpec spec, HttpClient server, Dialect dialect, Func<long> memory, IAsyncDisposable? also = null) : RuntimeInstance(spec)
{
    private static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(10);

    public override long MemoryBytes => memory();

    public override bool RunsOnCallersThread => false;

    // What the other side computes is not known here.
    public override bool IsOpenEnded => true;

    // Nothing else is known: whoever has answers kept for it says so.
    public override bool IsRepeatable => true;

    public override RuntimeRun NewRun() => new RemoteRun(Spec, server, dialect);

    /// <returns>why it cannot be used, or null</returns>
    public async Task<PlacementProblem?> CheckAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        stop.CancelAfter(CheckTime);
        try
        {
            return await dialect.CheckAsync(server, Spec, stop.Token);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new PlacementProblem("unreachable", $"The model's server does not answer: {e.Message}");
        }
        catch (InvalidDataException e)
        {
            return new PlacementProblem("wrong-protocol", $"The model's server answers {e.Message}.");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        server.Dispose();
        if (also is not null)
            await also.DisposeAsync();
    }
}
