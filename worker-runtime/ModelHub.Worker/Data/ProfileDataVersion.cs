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

/// <summary>Fetches the files of a data version, measures them, and makes it ready or failed.</summary>
internal sealed class ProfileDataVersion(IDbContextFactory<ModelHubDb> databases, ArtifactCache artifacts, WorkerOptions options, TimeProvider time) : IWork
{
    public string Kind => OperationKinds.ProfileDataVersion;

    public async Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var version = await LoadAsync(db, operation, ct);
        var standing = await db.Expectations.Where(e => e.DatasetId == version.DatasetId && e.Number == version.Dataset.ExpectationsNumber).Select(e => (ExpectationsId?)e.Id).SingleOrDefaultAsync(ct);
        version.StartProfile(standing, time.GetUtcNow());
        return [];
    }

    public async Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var version = await LoadAsync(db, operation, ct);
        var files = await FetchAsync(version.Files, artifacts, log, ct);
        DuckDbLibrary.Use(options.DuckDb);
        using var scratch = ScratchFolder.Create(options);
        var rules = await db.Expectations.AsNoTracking().Where(e => e.Id == version.ExpectationsId).Select(e => e.Rules).SingleOrDefaultAsync(ct) ?? [];
        var measured = await Task.Run(() => ProfileFiles.Run(files, scratch.Path, rules, (share, line) => log.Progress(0.2 + 0.8 * share, line), ct, options.SampleRows), ct);
        return new(Message(measured), async (write, token) =>
        {
            var loaded = await LoadAsync(write, operation, token);
            if (loaded.Judge(measured.Schema, measured.Profile, measured.Outcomes, time.GetUtcNow()) is { } refusal) return refusal;
            // Nodes may hold versions made from it already: they hear what its fields were, and routers in which bins to count them.
            if (await write.VersionDataVersions.AnyAsync(edge => edge.DataVersionId == loaded.Id, token))
            {
                await write.BumpAsync(Numbered.Routes, token);
                await write.BumpAsync(Numbered.Assignments, token);
            }
            return Events(loaded);
        });
    }

    private static string Message(MeasuredData measured)
    {
        var broken = measured.Outcomes.Count(outcome => !outcome.Held);
        return $"{measured.Profile.RowCount} rows, {measured.Schema.Count} columns{(broken == 0 ? "" : $"; {broken} of {measured.Outcomes.Count} expectations are not met")}";
    }

    private static List<Event> Events(DataVersion version)
    {
        var (dataset, number) = (version.Dataset.Name, version.Number);
        if (version.Failure is { } failure) return [new DataVersionFailed(dataset, number, failure)];
        List<string> findings = [.. version.Outcomes.Where(outcome => !outcome.Held).Select(outcome => outcome.Says).Take(20)];
        List<Event> events = [new DataVersionProfiled(dataset, number, version.RowCount!.Value)];
        if (findings.Count > 0) events.Add(new DataVersionFlagged(dataset, number, findings));
        return events;
    }

    public async Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct)
    {
        var version = await LoadAsync(db, operation, ct);
        return version.Fail(reason, time.GetUtcNow()) is null ? [new DataVersionFailed(version.Dataset.Name, version.Number, reason)] : [];
    }

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) =>
        FailAsync(db, operation, "the profile was cancelled", ct);

    /// <summary>The files with the names of the data version and their paths in the cache.</summary>
    public static async Task<IReadOnlyList<(string Name, string Path)>> FetchAsync(IReadOnlyList<DataFile> files, ArtifactCache artifacts, IProgressLog log, CancellationToken ct)
    {
        var fetched = new List<(string, string)>();
        foreach (var file in files)
        {
            fetched.Add((file.Path, await artifacts.GetAsync(file.Digest, ct)));
            log.Progress(0.2 * fetched.Count / files.Count);
        }
        return fetched;
    }

    private static Task<DataVersion> LoadAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var id = DataVersionId.From(operation.SubjectId);
        return db.DataVersions.Include(v => v.Dataset).SingleAsync(v => v.Id == id, ct);
    }
}
