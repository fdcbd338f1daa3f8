using ModelHub.Api.Artifacts;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Data;

/// <param name="Path">Relative, with forward slashes.</param>
/// <param name="Digest">Of stored bytes.</param>
/// <param name="Source">Where it was read, an address without anything secret in it: s3://bucket/key.</param>
internal sealed record DataFileRef(string Path, string Digest, string? Source = null);

/// <summary>What becomes of files that are a version of the dataset already.</summary>
internal enum SameFiles
{
    /// <summary>They become another version, which tells the first one as <c>sameAs</c>.</summary>
    Register,

    /// <summary>They are refused.</summary>
    Refuse,
}

/// <param name="IfSame">What becomes of files that are a version of the dataset already; left out, they become another one.</param>
internal sealed record RegisterDataVersionInput(string Dataset, IReadOnlyList<DataFileRef> Files, string? IdempotencyKey, SameFiles? IfSame = null);

[MutationType]
internal static class RegisterDataVersion
{
    /// <summary>Makes the next version of a dataset from stored files. It becomes ready once a worker has profiled it.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(DatasetNotFound))]
    [Error(typeof(ArtifactNotFound))]
    [Error(typeof(SameFilesRegistered))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<DataVersion, Refusal>> RegisterDataVersionAsync(
        RegisterDataVersionInput input, Caller caller, ModelHubDb db, WantedArtifacts artifacts, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(RegisterDataVersion), input, input.IdempotencyKey, () => RunAsync(input, caller, db, artifacts, time.GetUtcNow(), ct), ct);

    private static async Task<Result<DataVersion>> RunAsync(
        RegisterDataVersionInput input, Caller caller, ModelHubDb db, WantedArtifacts artifacts, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Dataset)))
            return new NotPermitted();
        if (await db.Datasets.AsNoTracking().SingleOrDefaultAsync(d => d.Name == input.Dataset, ct) is not { } dataset)
            return new DatasetNotFound(input.Dataset);
        if ((await WeighAsync(input.Files, artifacts, ct)).IsRefused(out var refusal, out var files))
            return refusal;

        var number = await db.TakeDataVersionNumberAsync(dataset.Id, ct);
        if (DataVersion.Register(dataset.Id, number, files, caller.Actor, now).IsRefused(out refusal, out var version))
            return refusal;
        // Others who register here wait for the number, so that of two with the same files one sees the other.
        if (await FirstWithAsync(db, dataset.Id, version.Digest, ct) is { } same)
        {
            if (input.IfSame == SameFiles.Refuse)
                return new SameFilesRegistered(dataset.Name, same);
            version.Repeats(same);
        }
        db.DataVersions.Add(version);
        db.Operations.Add(Operation.Enqueue(OperationKinds.ProfileDataVersion, Subjects.DataVersion(dataset.Name, number), version.Id.Value, caller.Actor, now));
        return await db.CommitAsync(new DataVersionRegistered(dataset.Name, number, version.Digest), caller.Actor, ct) is { } refused ? refused : version;
    }

    private static Task<int?> FirstWithAsync(ModelHubDb db, DatasetId dataset, string digest, CancellationToken ct) => db.DataVersions
        .Where(v => v.DatasetId == dataset && v.Digest == digest && v.State != DataVersionState.Failed).OrderBy(v => v.Number).Select(v => (int?)v.Number).FirstOrDefaultAsync(ct);

    private static async Task<Result<List<DataFile>>> WeighAsync(IReadOnlyList<DataFileRef> wanted, WantedArtifacts artifacts, CancellationToken ct)
    {
        if (DataFile.Check([.. wanted.Select(file => new DataFile(file.Path, file.Digest, 0, file.Source))]) is { } invalid)
            return invalid;
        var files = new List<DataFile>();
        foreach (var file in wanted)
        {
            if (await artifacts.SizeAsync(file.Digest[Digest.Prefix.Length..], ct) is not { } size)
                return new ArtifactNotFound(file.Digest);
            files.Add(new DataFile(file.Path, file.Digest, size, file.Source));
        }
        return files;
    }
}
