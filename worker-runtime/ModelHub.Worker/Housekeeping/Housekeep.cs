using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Monitoring;
using ModelHub.Database.Predictions;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Webhooks;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;

namespace ModelHub.Worker.Housekeeping;

/// <summary>
/// Removes what has had its time: idempotency keys, delivered webhook messages, expired login links, sessions and workers' own
/// tokens, what routers saw versions say, who took part in experiments, the folders of jobs that a killed worker left, cached artifacts beyond the limit, and
/// the days of traffic windows and of monitors that nobody looks at any more and of predictions and labels that no endpoint keeps; the days to come are made beforehand. Every worker does it; doing
/// it twice is harmless.
/// Issued service tokens stay, expired or not: the audit names them.
/// </summary>
internal sealed partial class Housekeep(IDbContextFactory<ModelHubDb> databases, ArtifactCache cache, WorkerOptions options, ILogger<Housekeep> logger, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeysLive = TimeSpan.FromDays(7);
    private static readonly TimeSpan WindowsLive = TimeSpan.FromDays(2);
    private static readonly TimeSpan DeliveriesLive = TimeSpan.FromDays(30);
    private static readonly TimeSpan ScratchLives = TimeSpan.FromDays(8);

    private readonly SemaphoreSlim _onePass = new(1);

    /// <summary>One pass; where another pass of this worker runs already, after that one: two would delete the same folders under each other's hands.</summary>
    public async Task RunOnceAsync(CancellationToken ct)
    {
        await _onePass.WaitAsync(ct);
        try
        {
            await PassAsync(time.GetUtcNow(), ct);
        }
        finally
        {
            _onePass.Release();
        }
    }

    public override void Dispose()
    {
        _onePass.Dispose();
        base.Dispose();
    }

    private async Task PassAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var keys = await db.Database.ExecuteSqlAsync($"delete from idempotency_keys where created_at < {now - KeysLive}", ct);
        var links = await db.Database.ExecuteSqlAsync($"delete from login_links where expires_at < {now - KeysLive}", ct);
        var tokens = await db.Database.ExecuteSqlAsync($"delete from service_tokens where kind <> 'Service' and expires_at < {now - KeysLive}", ct);
        await db.Database.ExecuteSqlAsync($"delete from prediction_windows where start < {now - WindowsLive}", ct);
        // The last word of a router may come when its test is over.
        await db.Database.ExecuteSqlAsync($"delete from comparisons c using shadow_tests t where t.id = c.shadow_test_id and t.ended_at is not null", ct);
        await RemoveExposuresAsync(db, now - Experiment.RowsLive, ct);
        var deliveries = await RemoveDeliveriesAsync(db, now - DeliveriesLive, ct);
        await TrafficPartitions.EnsureAsync(db, now, ct);
        await TrafficPartitions.DropOldAsync(db, now, ct);
        await KeepPredictions.EnsureAsync(db, now, ct);
        await KeepPredictions.DropOldAsync(db, now, ct);
        await MonitorPartitions.EnsureAsync(db, now, ct);
        await MonitorPartitions.DropOldAsync(db, now, ct);
        cache.Trim(now.UtcDateTime);
        if (Directory.Exists(options.Scratch))
            foreach (var folder in new DirectoryInfo(options.Scratch).GetDirectories().Where(d => d.LastWriteTimeUtc < (now - ScratchLives).UtcDateTime))
                folder.Delete(recursive: true);
        LogRemoved(keys, links, tokens, deliveries);
    }

    /// <summary>An experiment keeps what it was judged by; who took part in it is forgotten.</summary>
    private static async Task RemoveExposuresAsync(ModelHubDb db, DateTimeOffset before, CancellationToken ct)
    {
        await db.Exposures.Where(x => db.Experiments.Any(e => e.Id == x.ExperimentId && e.EndedAt < before)).ExecuteDeleteAsync(ct);
        await db.ExperimentLabels.Where(x => db.Experiments.Any(e => e.Id == x.ExperimentId && e.EndedAt < before)).ExecuteDeleteAsync(ct);
    }

    /// <summary>What was delivered goes with its log; what waits or was parked stays until somebody decides.</summary>
    private static async Task<int> RemoveDeliveriesAsync(ModelHubDb db, DateTimeOffset before, CancellationToken ct)
    {
        await db.WebhookAttempts.Where(a => db.WebhookDeliveries.Any(d => d.Id == a.DeliveryId && d.State == DeliveryState.Delivered && d.DeliveredAt < before)).ExecuteDeleteAsync(ct);
        return await db.WebhookDeliveries.Where(d => d.State == DeliveryState.Delivered && d.DeliveredAt < before).ExecuteDeleteAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogFailed(failure);
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Housekeeping removed {Keys} idempotency keys, {Links} login links, {Tokens} tokens, {Deliveries} deliveries")]
    private partial void LogRemoved(int keys, int links, int tokens, int deliveries);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping failed and will be tried again")]
    private partial void LogFailed(Exception failure);
}
