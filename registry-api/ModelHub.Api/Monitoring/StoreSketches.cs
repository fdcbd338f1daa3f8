using ModelHub.Database.Monitoring;

namespace ModelHub.Api.Monitoring;

/// <summary>Stores sketches as they come, many at once when they come fast.</summary>
internal sealed partial class StoreSketches(IDbContextFactory<ModelHubDb> factory, SketchQueue queue, TimeProvider time, ILogger<StoreSketches> log) : BackgroundService
{
    private const int AtOnce = 256;
    private DateTime ensured;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var taken = await queue.TakeAsync(AtOnce, stoppingToken);
                await Outage.RideOutAsync(() => StoreAsync(taken, stoppingToken), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task StoreAsync(IReadOnlyList<SketchWindow> taken, CancellationToken ct)
    {
        try
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            var today = time.GetUtcNow().UtcDateTime.Date;
            if (ensured != today)
            {
                await MonitorPartitions.EnsureAsync(db, time.GetUtcNow(), ct);
                ensured = today;
            }
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
