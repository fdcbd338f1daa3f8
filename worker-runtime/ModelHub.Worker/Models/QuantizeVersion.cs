using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Worker.Jobs;
using Version = ModelHub.Domain.Models.Version;
using VersionId = ModelHub.Domain.Models.VersionId;

namespace ModelHub.Worker.Models;

/// <summary>Registers the 8-bit variant of a version as a version of its own, which is validated and gated like any other.</summary>
internal sealed class QuantizeVersion(IDbContextFactory<ModelHubDb> databases, MakeVariant variants, TimeProvider time) : IWork
{
    public string Kind => OperationKinds.QuantizeVersion;

    public Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct) => Nothing;

    public async Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var version = await LoadAsync(db, operation, ct);
        if (version.Files.Count != 1) throw new BadInputException("The model came in a bundle; only a single file is quantised.");
        var made = await variants.QuantizeAsync(version.Digest, version.DataVersions.Select(d => d.DataVersion.Profile).OfType<Domain.Data.Profile>(), log, ct);
        return new("quantised", (write, token) => RegisterAsync(write, operation, made, token));
    }

    // The version it was asked for stays as it is: the operation alone tells what became of it.
    public Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct) => Nothing;

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) => Nothing;

    private static Task<IReadOnlyList<Event>> Nothing => Task.FromResult<IReadOnlyList<Event>>([]);

    private async Task<Result<IReadOnlyList<Event>>> RegisterAsync(ModelHubDb db, Operation operation, MadeVariant made, CancellationToken ct)
    {
        var (source, actor, now) = (await LoadAsync(db, operation, ct), new Actor(operation.RequestedBy), time.GetUtcNow());
        var number = await db.TakeVersionNumberAsync(source.ModelId, ct);
        if (Version.Register(source.ModelId, number, QuantizedVersion.Of(source, made.Digest, made.Size, made.Metrics), actor, now).IsRefused(out var refusal, out var version)) return refusal;
        db.Versions.Add(version);
        db.Operations.Add(Operation.Enqueue(OperationKinds.ValidateVersion, Subjects.Version(source.Model.Name, number), version.Id.Value, actor, now));
        return new List<Event>
        {
            new VersionRegistered(source.Model.Name, number, version.Digest),
            new VersionQuantized(source.Model.Name, source.Number, number),
        };
    }

    private static Task<Version> LoadAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var id = VersionId.From(operation.SubjectId);
        return db.Versions.Include(v => v.Model).Include(v => v.DataVersions).ThenInclude(d => d.DataVersion).AsSplitQuery().SingleAsync(v => v.Id == id, ct);
    }
}
