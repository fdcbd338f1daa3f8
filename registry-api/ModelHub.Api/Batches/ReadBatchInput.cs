using System.Globalization;
using ModelHub.Api.Artifacts;
using ModelHub.Api.Data;
using ModelHub.Api.Models;

namespace ModelHub.Api.Batches;

/// <summary>The rows that a run is asked to read.</summary>
/// <param name="Data">The data version they are; null for a file that was only uploaded.</param>
/// <param name="Name">For people.</param>
internal sealed record BatchSource(IReadOnlyList<DataFile> Files, DataVersion? Data, string Name);

internal static class ReadBatchInput
{
    public static async Task<Result<BatchSource>> Async(DataVersionRef? data, DataFileRef? file, Caller caller, ModelHubDb db, ArtifactStore store, CancellationToken ct)
    {
        if (data is null == file is null)
            return new InvalidInput("data", "either a data version or a file");
        return data is not null ? await OfDataAsync(data, caller, db, ct) : OfFile(file!, store);
    }

    private static async Task<Result<BatchSource>> OfDataAsync(DataVersionRef wanted, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (!caller.May(Permission.Read, Place.Of(wanted.Dataset)))
            return new NotPermitted();
        return await db.DataVersions.AsNoTracking().Include(v => v.Dataset).SingleOrDefaultAsync(v => v.Dataset.Name == wanted.Dataset && v.Number == wanted.Version, ct) is { } data
            ? new BatchSource(data.Files, data, string.Create(CultureInfo.InvariantCulture, $"{wanted.Dataset}@{wanted.Version}"))
            : new DataVersionNotFound(wanted.Dataset, wanted.Version);
    }

    private static Result<BatchSource> OfFile(DataFileRef file, ArtifactStore store)
    {
        if (DataFile.Check([new DataFile(file.Path, file.Digest, 0)]) is { } invalid)
            return invalid;
        return store.Size(file.Digest[Digest.Prefix.Length..]) is { } size
            ? new BatchSource([new DataFile(file.Path, file.Digest, size)], null, file.Path)
            : new ArtifactNotFound(file.Digest);
    }
}
