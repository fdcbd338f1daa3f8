using ModelHub.Database.Rollouts;
using ModelHub.Protocol;

namespace ModelHub.Api.Rollouts;

/// <summary>Stores windows as they come, many at once when they come fast, and wakes the loop that judges by them.</summary>
internal sealed partial class WriteWindows(IDbContextFactory<ModelHubDb> factory, WindowQueue queue, TimeProvider time, ILogger<WriteWindows> log) : BackgroundService
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

    /// <summary>What cannot be stored is lost and counted; the gap keeps every verdict from passing.</summary>
    private async Task StoreAsync(IReadOnlyList<(long At, Guid Router, Measurements Window)> taken, CancellationToken ct)
    {
        try
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            var today = time.GetUtcNow().UtcDateTime.Date;
            if (ensured != today)
            {
                await TrafficPartitions.EnsureAsync(db, time.GetUtcNow(), ct);
                ensured = today;
            }
            if (await WriteTraffic.RunAsync(db, [.. taken.Select(WindowQueue.Tell)], ct))
                await db.NotifyAsync("windows");
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && !Outage.Is(failure))
        {
            WindowQueue.Drop(taken.Count);
            LogFailed(log, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Windows of traffic could not be stored; what is judged by them will wait")]
    private static partial void LogFailed(ILogger log, Exception failure);
}
