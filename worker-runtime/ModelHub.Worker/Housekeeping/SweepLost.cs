using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Housekeeping;

/// <summary>
/// Gives back operations that no job stands behind any more: its row was lost, or a worker that did not know the kind ended
/// it. They would be running for ever; instead they are dispatched again, and fail when they have begun too often. An attempt
/// that is on after all is fenced by the next.
/// </summary>
internal sealed partial class SweepLost(IDbContextFactory<ModelHubDb> databases, ILogger<SweepLost> logger, TimeProvider time) : BackgroundService
{
    private const int Batch = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // Operation and job are written in one transaction and end one after the other: a moment is enough.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    public async Task RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Triggers are named by the operation and the attempt they begin; one that fires is among the fired until its job is over.
        var lost = await db.Operations.FromSql(
            $"""
            select o.* from operations o
            where o.state in ('Queued', 'Running') and o.dispatched_at < {time.GetUtcNow() - Grace}
              and not exists (
                select 1 from qrtz_triggers t where t.sched_name = {JobsSetup.Cluster} and t.trigger_name like replace(o.id::text, '-', '') || '-%')
              and not exists (
                select 1 from qrtz_fired_triggers f where f.sched_name = {JobsSetup.Cluster} and f.trigger_name like replace(o.id::text, '-', '') || '-%')
            order by o.created_at limit {Batch} for update of o skip locked
            """).ToListAsync(ct);
        foreach (var operation in lost)
            if (operation.GiveBack(operation.Attempts, "its job was lost; it goes on with another") is null)
                LogGivenBack(operation.Kind, operation.Id.Value, operation.Attempts);
        if (lost.Count > 0 && await db.CommitAsync([], OperationStore.Worker, ct) is { } conflict)
            throw new InvalidOperationException($"Locked operations changed: {conflict.Message}");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No job stands behind {Kind} {Operation} after {Attempts} attempts; it is dispatched again")]
    private partial void LogGivenBack(string kind, Guid operation, int attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for lost operations failed and will be tried again")]
    private partial void LogFailed(Exception failure);
}
