using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Jobs;
using Version = ModelHub.Domain.Models.Version;
using VersionId = ModelHub.Domain.Models.VersionId;

namespace ModelHub.Worker.Models;

/// <summary>Verifies, unpacks, scans and tries the artifact of a version, and makes it ready or failed.</summary>
internal sealed class ValidateVersion(
    IDbContextFactory<ModelHubDb> databases, ArtifactCache artifacts, ReadArtifact read, WorkerOptions options, TimeProvider time) : IWork
{
    public string Kind => OperationKinds.ValidateVersion;

    public async Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        (await LoadAsync(db, operation, ct)).StartValidation(time.GetUtcNow());
        return [];
    }

    public async Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var version = await LoadAsync(db, operation, ct);
        var path = await artifacts.GetAsync(version.Digest, ct);
        log.Progress(0.3, $"verified {version.Digest}, {new FileInfo(path).Length} bytes");
        using var scratch = ScratchFolder.Create(options);
        var found = await read.FromAsync(version.Format, version.Digest, path, scratch, log, ct);
        return new("verified, read and scanned", async (write, token) =>
        {
            var loaded = await LoadAsync(write, operation, token);
            if (loaded.Accept(found.Signature, found.Files, found.Scan, time.GetUtcNow(), found.Optimised) is { } refusal) return refusal;
            return new List<Event> { new VersionValidated(loaded.Model.Name, loaded.Number, loaded.Digest) };
        });
    }

    public async Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct)
    {
        var version = await LoadAsync(db, operation, ct);
        return version.Fail(reason, time.GetUtcNow()) is null ? [new VersionFailed(version.Model.Name, version.Number, reason)] : [];
    }

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) =>
        FailAsync(db, operation, "the validation was cancelled", ct);

    private static Task<Version> LoadAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var id = VersionId.From(operation.SubjectId);
        return db.Versions.Include(v => v.Model).AsSplitQuery().SingleAsync(v => v.Id == id, ct);
    }
}
