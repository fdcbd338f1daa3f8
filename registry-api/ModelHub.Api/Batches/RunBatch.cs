using ModelHub.Api.Artifacts;
using ModelHub.Api.Data;
using ModelHub.Api.Models;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Batches;

/// <param name="Data">The rows, as a data version; or <paramref name="File"/>.</param>
/// <param name="File">The rows, as one stored file named .csv, .parquet, .jsonl or .ndjson; or <paramref name="Data"/>.</param>
/// <param name="Output">The dataset whose next version the output becomes; made when it is not there. Else <c>MODEL.predictions</c>.</param>
/// <param name="Format">How the output is written; as CSV when left out.</param>
/// <param name="ShardRows">Rows that go to a node in one request; 1,000 when left out.</param>
/// <param name="Nodes">On how many nodes the version is held for it; 2 when left out, and fewer will do.</param>
/// <param name="Keep">Columns of the input that go into the output, as text.</param>
internal sealed record RunBatchInput(
    string Model, int Version, DataVersionRef? Data, DataFileRef? File, string? Output, BatchFormat? Format, int? ShardRows, int? Nodes,
    IReadOnlyList<string>? Keep, string? IdempotencyKey);

[MutationType]
internal static class RunBatch
{
    /// <summary>Runs a version over all rows of some data. The output, a row for each row, becomes a data version.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(VersionNotReady))]
    [Error(typeof(VersionNotServable))]
    [Error(typeof(VersionBlocked))]
    [Error(typeof(ScanNotAccepted))]
    [Error(typeof(NotFromRows))]
    [Error(typeof(DataVersionNotFound))]
    [Error(typeof(DataVersionNotReady))]
    [Error(typeof(InputsMissing))]
    [Error(typeof(ArtifactNotFound))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<BatchRun, Refusal>> RunBatchAsync(RunBatchInput input, Caller caller, ModelHubDb db, WantedArtifacts wanted, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(RunBatch), input, input.IdempotencyKey, () => RunAsync(input, caller, db, wanted, time.GetUtcNow(), ct), ct);

    private static async Task<Result<BatchRun>> RunAsync(RunBatchInput input, Caller caller, ModelHubDb db, WantedArtifacts wanted, DateTimeOffset now, CancellationToken ct)
    {
        var output = input.Output ?? BatchRequest.DefaultOutput(input.Model);
        if (!caller.May(Permission.Write, Place.Of(input.Model)) || !caller.May(Permission.Write, Place.Of(output)))
            return new NotPermitted();
        if (await db.Versions.Include(v => v.Model).SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return new VersionNotFound(input.Model, input.Version);
        if ((await ReadBatchInput.Async(input.Data, input.File, caller, db, wanted, ct)).IsRefused(out var refusal, out var source))
            return refusal;
        if ((await FindOutputAsync(db, output, caller.Actor, now, ct)).IsRefused(out refusal, out var dataset))
            return refusal;

        var id = BatchRunId.New(now);
        var operation = Operation.Enqueue(OperationKinds.Batch, Subjects.BatchRun(id.Value), id.Value, caller.Actor, now);
        var request = new BatchRequest(
            version, input.Model, operation.Id, source.Files, source.Data, dataset, input.Format ?? BatchFormat.Csv, input.ShardRows ?? BatchLimits.DefaultShardRows,
            input.Nodes ?? BatchLimits.DefaultNodes, input.Keep, await BlockAsync(db, version.Id, ct));
        if (BatchRun.Open(id, request, caller.Actor, now).IsRefused(out refusal, out var run))
            return refusal;
        db.Operations.Add(operation);
        db.BatchRuns.Add(run);
        var requested = new BatchRequested(id.Value, input.Model, input.Version, source.Name, dataset.Name);
        var made = db.Entry(dataset).State == EntityState.Added;
        return await db.CommitAsync(made ? [new DatasetCreated(dataset.Name), requested] : [requested], caller.Actor, ct) switch
        {
            null => run,
            // Another run made the dataset in the same moment: now it is there.
            NameTaken when made => await RunAsync(input, caller, db, wanted, now, ct),
            var refused => refused,
        };
    }

    private static async Task<Result<Dataset>> FindOutputAsync(ModelHubDb db, string name, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        if (EntityName.Parse("output", name).Refusal is { } refusal)
            return refusal;
        if (await db.Datasets.SingleOrDefaultAsync(d => d.Name == name, ct) is { } there)
            return there;
        var made = Dataset.Create(name, null, [], actor, now).Value;
        db.Datasets.Add(made);
        return made;
    }

    private static async Task<(VersionBlock Block, string Environment)?> BlockAsync(ModelHubDb db, VersionId version, CancellationToken ct)
        => await db.VersionBlocks.AsNoTracking().Where(b => b.VersionId == version && b.LiftedAt == null).OrderBy(b => b.At)
            .Join(db.Environments, b => b.EnvironmentId, e => e.Id, (b, e) => new { Block = b, e.Name }).FirstOrDefaultAsync(ct) is { } held
            ? (held.Block, held.Name)
            : null;
}
