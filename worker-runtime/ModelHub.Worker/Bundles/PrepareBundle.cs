using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Jobs;
using Version = ModelHub.Domain.Models.Version;
using VersionId = ModelHub.Domain.Models.VersionId;

namespace ModelHub.Worker.Bundles;

/// <summary>Makes the sample of a version, for bundles of it. The first one stays.</summary>
internal sealed class PrepareBundle(IDbContextFactory<ModelHubDb> databases, PlaceFiles place, MakeSample sample, WorkerOptions options, TimeProvider time) : IWork
{
    public string Kind => OperationKinds.PrepareBundle;

    private static Task<IReadOnlyList<Event>> Nothing => Task.FromResult<IReadOnlyList<Event>>([]);

    public Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct) => Nothing;

    public async Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var version = await LoadAsync(db, operation, ct);
        using var files = ScratchFolder.Create(options);
        using var scratch = ScratchFolder.Create(options);
        var entry = await place.IntoAsync(files, version, ct);
        log.Progress(0.4, $"{version.Files.Count} files, {entry} is the model");
        var made = await sample.OfAsync(version, entry, files, scratch, ct);
        return new($"answered by ONNX Runtime {made.Runtime}", async (write, token) =>
        {
            var kept = await LoadAsync(write, operation, token);
            return kept.Keep(made, time.GetUtcNow())
                ? new List<Event> { new BundlePrepared(kept.Model.Name, kept.Number, made.RequestDigest, made.AnswerDigest, made.Runtime) }
                : new List<Event>();
        });
    }

    // The version stays as it is: the operation alone tells what became of it.
    public Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct) => Nothing;

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) => Nothing;

    private static Task<Version> LoadAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var id = VersionId.From(operation.SubjectId);
        return db.Versions.Include(v => v.Model).Include(v => v.DataVersions).ThenInclude(d => d.DataVersion).AsSplitQuery().SingleAsync(v => v.Id == id, ct);
    }
}
