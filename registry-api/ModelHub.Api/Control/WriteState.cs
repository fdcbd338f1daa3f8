using ModelHub.Api.Shadows;
using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>Writes down what a peer tells of its state, beside its stream, until the stream is over and for a moment longer.</summary>
internal sealed partial class WriteState(ObservePlacements placements, RecordApplied applied, RecordComparison comparisons, ILogger<WriteState> log)
{
    /// <summary>For what was told last; a peer that comes back tells it anew.</summary>
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(2);

    /// <summary>Ends when <paramref name="state"/> is complete and written.</summary>
    public async Task RunAsync(Peer peer, Unwritten state, CancellationToken ct)
    {
        await foreach (var message in state.TakeAllAsync(ct))
            await Outage.RideOutAsync(() => WriteAsync(peer, message, ct), ct);
    }

    /// <summary>Waits for <paramref name="running"/> a moment longer. What it failed on does not hide why the stream is over.</summary>
    public async Task EndAsync(Unwritten state, Task running, CancellationTokenSource over)
    {
        state.Complete();
        over.CancelAfter(Last);
        try
        {
            await running;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The database is away still.
        }
        catch (Exception failure)
        {
            LogUnwritten(log, failure);
        }
    }

    private Task WriteAsync(Peer peer, UpMessage message, CancellationToken ct) => message switch
    {
        Placements report => placements.RunAsync(NodeId.From(peer.Id), peer.Name, report, ct),
        Applied done => applied.RunAsync(peer, done, ct),
        Comparison found => comparisons.RunAsync(RouterId.From(peer.Id), found, ct),
        _ => throw new InvalidOperationException($"Nobody writes down {message.GetType().Name}."),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "What a peer told of its state could not be written down")]
    private static partial void LogUnwritten(ILogger log, Exception failure);
}
