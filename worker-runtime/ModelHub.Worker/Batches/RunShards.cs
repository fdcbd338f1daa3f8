using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Operations;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Batches;

/// <summary>Sends every shard that is not done to the nodes, as many at a time as they take.</summary>
internal sealed class RunShards(IDbContextFactory<ModelHubDb> databases, AskNode ask, Changes changes, TimeProvider time)
{
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(5);

    public async Task RunAsync(BatchRun run, Operation attempt, Func<IRows> open, IProgressLog log, CancellationToken ct)
    {
        var (done, totals) = await DoneAsync(run.Id, ct);
        if (done.Count > 0) log.Line(FormattableString.Invariant($"{done.Count} shards are done already"));
        using var rows = open();
        using var write = new WriteShards(databases, attempt, time, totals);
        var pool = new NodePool(run.Id, time);
        var predict = new PredictShard(ask, pool, new Asked(run.Version.Model.Name, run.Version.Number, run.Columns));
        var report = new Report(run.RowsTotal!.Value, log, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var following = pool.FollowAsync(databases, changes, over.Token);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = run.Nodes * NodePool.PerNode, CancellationToken = over.Token };
        var working = Parallel.ForEachAsync(ShardInput.Cut(rows, run, done), limits, async (shard, stop) =>
        {
            var output = await predict.RunAsync(shard, stop);
            report.Tell(await write.WriteAsync(run.Id, output, shard.Rows.Count, stop));
        });
        try
        {
            // Following ends before the work by a fault only, and nobody may wait for nodes that nobody looks at.
            await await Task.WhenAny(working, following);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(working, following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(HashSet<int> Done, ShardTotals Totals)> DoneAsync(BatchRunId run, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var done = await db.BatchShards.AsNoTracking().Where(s => s.BatchRunId == run && s.DoneAt != null)
            .Select(s => new { s.Number, s.Rows, s.Failed }).ToListAsync(ct);
        return ([.. done.Select(s => s.Number)], new ShardTotals(done.Sum(s => (long)s.Rows), done.Sum(s => (long)s.Failed)));
    }

    /// <summary>Moves the bar with every shard and says a line every few seconds.</summary>
    private sealed class Report(long total, IProgressLog log, TimeProvider time)
    {
        private readonly Lock gate = new();
        private long said = time.GetTimestamp();

        public void Tell(ShardTotals now)
        {
            lock (gate)
            {
                var share = 0.05 + 0.9 * now.Rows / total;
                var due = time.GetElapsedTime(said) > Told || now.Rows == total;
                if (due) said = time.GetTimestamp();
                log.Progress(share, due ? FormattableString.Invariant($"{now.Rows} of {total} rows, {now.Failed} with an error, {now.Rate:F0} rows/s") : null);
            }
        }
    }
}
