using ModelHub.Api.Control;
using ModelHub.Database.Monitoring;

namespace ModelHub.Api.Monitoring;

/// <summary>Stores sketches of traffic.</summary>
internal sealed partial class StoreSketches(IDbContextFactory<ModelHubDb> factory, SketchQueue queue, TimeProvider time, ILogger<StoreSketches> log)
    : StoreInBatches<SketchWindow>(time)
{
    private const int AtOnce = 256;

    protected override Task<IReadOnlyList<SketchWindow>> TakeAsync(CancellationToken ct) => queue.TakeAsync(AtOnce, ct);

    protected override async Task StoreAsync(IReadOnlyList<SketchWindow> taken, CancellationToken ct)
    {
        try
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            await EachDayAsync(now => MonitorPartitions.EnsureAsync(db, now, ct));
            await WriteSketches.RunAsync(db, taken, ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && !Outage.Is(failure))
        {
            SketchQueue.Drop(taken.Count);
            LogFailed(log, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sketches of traffic could not be stored; windows are judged without them")]
    private static partial void LogFailed(ILogger log, Exception failure);
}
