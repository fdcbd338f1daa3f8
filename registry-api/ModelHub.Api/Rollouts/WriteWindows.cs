using ModelHub.Api.Control;
using ModelHub.Database.Rollouts;
using ModelHub.Protocol;

namespace ModelHub.Api.Rollouts;

/// <summary>Stores windows of traffic and wakes the loop that judges by them.</summary>
internal sealed partial class WriteWindows(IDbContextFactory<ModelHubDb> factory, WindowQueue queue, TimeProvider time, ILogger<WriteWindows> log)
    : StoreInBatches<(long At, Guid Router, Measurements Window)>(time)
{
    private const int AtOnce = 256;

    protected override Task<IReadOnlyList<(long At, Guid Router, Measurements Window)>> TakeAsync(CancellationToken ct) => queue.TakeAsync(AtOnce, ct);

    /// <summary>What cannot be stored is lost and counted; the gap keeps every verdict from passing.</summary>
    protected override async Task StoreAsync(IReadOnlyList<(long At, Guid Router, Measurements Window)> taken, CancellationToken ct)
    {
        try
        {
            await using var db = await factory.CreateDbContextAsync(ct);
            await EachDayAsync(now => TrafficPartitions.EnsureAsync(db, now, ct));
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
