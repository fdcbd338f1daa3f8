using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Batches;

/// <summary>A version over all rows of its input: read and cut, predict shard by shard, put together, store.</summary>
internal sealed class RunBatch(IDbContextFactory<ModelHubDb> databases, BatchRuns runs, RunShards shards, BatchFiles files) : IWork
{
    public string Kind => OperationKinds.Batch;

    /// <summary>Each attempt goes on where the last one was, so that a long run outlives many restarts.</summary>
    public int MaximumAttempts => 25;

    public async Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var run = await BatchRuns.LoadAsync(db, operation, ct);
        return run.Start(runs.Now) is null ? [new BatchStarted(run.Id.Value, run.Version.Model.Name, run.Version.Number, operation.Attempts)] : [];
    }

    public async Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct)
    {
        using var scratch = files.Scratch();
        var run = await LoadAsync(operation, ct);
        var open = await files.Input.OpenAsync(run, scratch, ct);
        if (run.RowsTotal is null)
        {
            var rows = await Task.Run(() => ReadInput.Count(open, ct), ct);
            run = await CutAsync(operation, rows, ct);
            log.Progress(0.05, FormattableString.Invariant($"{rows} rows in shards of {run.ShardRows}"));
        }
        await shards.RunAsync(run, operation, open, log, ct);
        var path = await files.Output.RunAsync(run, scratch, ct);
        var (digest, size) = await files.Artifacts.StoreAsync(path, ct);
        log.Progress(1, $"stored {digest}, {size} bytes");
        return new("done", (write, token) => runs.RegisterAsync(write, operation, new DataFile(Path.GetFileName(path), digest.Value, size), token));
    }

    public Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct) => runs.FailAsync(db, operation, reason, ct);

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) => runs.CancelAsync(db, operation, ct);

    private async Task<BatchRun> LoadAsync(Operation operation, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await BatchRuns.LoadAsync(db, operation, ct);
    }

    /// <summary>Fixes the shards for all attempts to come.</summary>
    private async Task<BatchRun> CutAsync(Operation operation, long rows, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var run = await BatchRuns.LoadAsync(db, operation, ct);
        if (run.RowsTotal is not null) return run;
        if (run.Cut(rows).IsRefused(out var refusal, out var cut)) throw new BadInputException(refusal.Message);
        db.BatchShards.AddRange(cut);
        return await db.CommitAsync([], OperationStore.Worker, ct) is { } conflict ? throw new InvalidOperationException($"Another attempt cut the shards: {conflict.Message}") : run;
    }
}

/// <summary>Where the bytes of a run come from and go to.</summary>
internal sealed class BatchFiles(ReadInput input, WriteOutput output, ArtifactsAtApi artifacts, WorkerOptions options)
{
    public ReadInput Input => input;

    public WriteOutput Output => output;

    public ArtifactsAtApi Artifacts => artifacts;

    public ScratchFolder Scratch() => ScratchFolder.Create(options);
}
