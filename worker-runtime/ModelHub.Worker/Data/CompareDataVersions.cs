using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Data.DuckDb;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Data;

/// <summary>Fetches the files of two data versions, compares them, and keeps what differs.</summary>
internal sealed class CompareDataVersions(IDbContextFactory<ModelHubDb> databases, ArtifactCache artifacts, WorkerOptions options) : IWork
{
    public string Kind => OperationKinds.CompareDataVersions;

    public Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct) => Nothing;

    public async Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var diff = await LoadAsync(db, operation, ct);
        var (from, to) = (await FetchAsync(db, diff.FromId, log, ct), await FetchAsync(db, diff.ToId, log, ct));
        DuckDbLibrary.Use(options.DuckDb);
        using var scratch = ScratchFolder.Create(options);
        var result = await Task.Run(() => CompareFiles.Run(from, to, diff.Key, scratch.Path, (share, line) => log.Progress(0.2 + 0.8 * share, line), ct), ct);
        return new($"{result.Rows.Added} rows added, {result.Rows.Removed} removed", async (write, token) =>
        {
            (await LoadAsync(write, operation, token)).Found(result);
            return new List<Event>();
        });
    }

    // The diff itself says nothing of it: its operation tells what became of it.
    public Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct) => Nothing;

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) => Nothing;

    private static Task<IReadOnlyList<Event>> Nothing => Task.FromResult<IReadOnlyList<Event>>([]);

    private async Task<ComparedData> FetchAsync(ModelHubDb db, DataVersionId id, IProgressLog log, CancellationToken ct)
    {
        var version = await db.DataVersions.AsNoTracking().SingleAsync(v => v.Id == id, ct);
        return new(await ProfileDataVersion.FetchAsync(version.Files, artifacts, log, ct), version.Schema, version.Profile!);
    }

    private static Task<DataDiff> LoadAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var id = DataDiffId.From(operation.SubjectId);
        return db.DataDiffs.SingleAsync(diff => diff.Id == id, ct);
    }
}
