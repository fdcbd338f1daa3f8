using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using Quartz.Extensibility;

namespace ModelHub.Worker.Jobs;

/// <summary>Turns queued operations into jobs, a batch per transaction. Several workers share the queue by skipping what another one holds.</summary>
internal sealed class DispatchLoop(
    IDbContextFactory<ModelHubDb> databases, Dispatch dispatch, ISchedulerSignaler signaler, Changes changes, ILogger<DispatchLoop> logger, TimeProvider time)
    : Loop(changes, logger)
{
    private const int Batch = 50;

    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // What waits for its children is left until none is open.
        var queued = await db.Operations.FromSql(
            $"""
            select * from operations o where state = 'Queued' and dispatched_at is null
              and not exists (select 1 from operations c where c.parent_id = o.id and c.state in ('Queued', 'Running'))
            order by created_at limit {Batch} for update skip locked
            """).ToListAsync(ct);
        foreach (var operation in queued)
        {
            operation.Dispatch(time.GetUtcNow());
            await dispatch.InTransactionAsync(db, operation, TimeSpan.Zero, ct);
        }
        if (queued.Count > 0) await db.CommitAsync([], OperationStore.Worker, ct);
        // Whoever dispatched them: the thread that looks for due jobs sleeps up to a second without this.
        await signaler.SignalSchedulingChange(null, ct);
        return queued.Count == Batch;
    }
}
