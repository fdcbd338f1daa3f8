using Microsoft.EntityFrameworkCore.Storage;
using ModelHub.Database;
using ModelHub.Domain.Operations;
using Quartz;

namespace ModelHub.Worker.Jobs;

/// <summary>Makes Quartz jobs of operations, inside the transaction that says so.</summary>
internal sealed class Dispatch(ISchedulerFactory schedulers)
{
    /// <summary>Begins a transaction when there is none; the caller commits it.</summary>
    public async Task InTransactionAsync(ModelHubDb db, Operation operation, TimeSpan delay, CancellationToken ct)
    {
        var transaction = db.Database.CurrentTransaction ?? await db.Database.BeginTransactionAsync(ct);
        var scheduler = await schedulers.GetScheduler(ct);
        using var enlisted = scheduler.EnlistTransaction(transaction.GetDbTransaction());
        // The name carries the attempt that is to begin, so that an enqueue that is repeated stays one job.
        var options = new OneOffJobOptions
        {
            Name = $"{operation.Id.Value:N}-{operation.Attempts + 1}",
            Group = operation.Kind,
            OnConflict = TriggerConflict.Replace,
            RequestRecovery = true,
        };
        await scheduler.ScheduleJob<OperationJob, OperationInput>(new OperationInput(operation.Id.Value), delay, options, ct);
    }
}
