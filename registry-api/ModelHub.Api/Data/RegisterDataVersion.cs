using ModelHub.Api.Artifacts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Data;

/// <param name="Path">Relative, with forward slashes.</param>
/// <param name="Digest">Of stored bytes.</param>
internal sealed record DataFileRef(string Path, string Digest);

internal sealed record RegisterDataVersionInput(string Dataset, IReadOnlyList<DataFileRef> Files, string? IdempotencyKey);

[MutationType]
internal static class RegisterDataVersion
{
    /// <summary>Makes the next version of a dataset from stored files. It becomes ready once a worker has profiled it.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(DatasetNotFound))]
    [Error(typeof(ArtifactNotFound))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<DataVersion, Refusal>> RegisterDataVersionAsync(
        RegisterDataVersionInput input, Caller caller, ModelHubDb db, ArtifactStore store, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(RegisterDataVersion), input, input.IdempotencyKey, () => RunAsync(input, caller, db, store, time.GetUtcNow(), ct), ct);

    private static async Task<Result<DataVersion>> RunAsync(
        RegisterDataVersionInput input, Caller caller, ModelHubDb db, ArtifactStore store, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Dataset)))
            return new NotPermitted();
        if (await db.Datasets.AsNoTracking().SingleOrDefaultAsync(d => d.Name == input.Dataset, ct) is not { } dataset)
            return new DatasetNotFound(input.Dataset);
        if (Weigh(input.Files, store).IsRefused(out var refusal, out var files))
            return refusal;

        var number = await db.TakeDataVersionNumberAsync(dataset.Id, ct);
        if (DataVersion.Register(dataset.Id, number, files, caller.Actor, now).IsRefused(out refusal, out var version))
            return refusal;
        db.DataVersions.Add(version);
        db.Operations.Add(Operation.Enqueue(OperationKinds.ProfileDataVersion, Subjects.DataVersion(dataset.Name, number), version.Id.Value, caller.Actor, now));
        return await db.CommitAsync(new DataVersionRegistered(dataset.Name, number, version.Digest), caller.Actor, ct) is { } refused ? refused : version;
    }

    private static Result<List<DataFile>> Weigh(IReadOnlyList<DataFileRef> wanted, ArtifactStore store)
    {
        if (DataFile.Check([.. wanted.Select(file => new DataFile(file.Path, file.Digest, 0))]) is { } invalid)
            return invalid;
        var files = new List<DataFile>();
        foreach (var file in wanted)
        {
            if (store.Size(file.Digest[Digest.Prefix.Length..]) is not { } size)
                return new ArtifactNotFound(file.Digest);
            files.Add(new DataFile(file.Path, file.Digest, size));
        }
        return files;
    }
}
