using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Operations;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Batches;

/// <summary>
/// Stores the outputs of shards, one at a time, each with the counts of the run in one transaction that holds only while this
/// attempt is the current one: a kill at any line repeats at most the shards that were under way.
/// </summary>
internal sealed class WriteShards(IDbContextFactory<ModelHubDb> databases, Operation attempt, TimeProvider time, ShardTotals totals) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);
    private readonly long started = time.GetTimestamp();
    private readonly long before = totals.Rows;

    public async Task<ShardTotals> WriteAsync(BatchRunId run, ShardOutput output, int rows, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            var next = totals with { Rows = totals.Rows + rows, Failed = totals.Failed + output.Failed };
            next = next with { Rate = (next.Rows - before) / Math.Max(0.001, time.GetElapsedTime(started).TotalSeconds) };
            await Outage.RideOutAsync(() => StoreAsync(run, output, next, ct), ct);
            return totals = next;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task StoreAsync(BatchRunId run, ShardOutput output, ShardTotals next, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var current = await db.Operations.FromSql($"select * from operations where id = {attempt.Id.Value} for share").AsNoTracking().ToListAsync(ct);
        // Another attempt has taken over, or the run has ended: this one is told so within a second.
        if (current is not [{ State: OperationState.Running } running] || running.Attempts != attempt.Attempts) return;
        var shard = await db.BatchShards.SingleAsync(s => s.BatchRunId == run && s.Number == output.Number, ct);
        // Stored by a commit whose answer was lost.
        if (!shard.Finish(output, time.GetUtcNow())) return;
        (await db.BatchRuns.SingleAsync(r => r.Id == run, ct)).Advance(next.Rows, next.Failed, next.Rate);
        if (await db.CommitAsync([], OperationStore.Worker, ct) is { } conflict)
            throw new InvalidOperationException($"A fenced batch run changed: {conflict.Message}");
    }
}

/// <param name="Rate">Rows per second of this attempt; null before its first shard.</param>
internal sealed record ShardTotals(long Rows, long Failed, double? Rate = null);
