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
    public static async Task<Result<BatchSource>> Async(DataVersionRef? data, DataFileRef? file, Caller caller, ModelHubDb db, WantedArtifacts wanted, CancellationToken ct)
    {
        if (data is null == file is null)
            return new InvalidInput("data", "either a data version or a file");
        return data is not null ? await OfDataAsync(data, caller, db, ct) : await OfFileAsync(file!, wanted, ct);
    }

    private static async Task<Result<BatchSource>> OfDataAsync(DataVersionRef asked, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (!caller.May(Permission.Read, Place.Of(asked.Dataset)))
            return new NotPermitted();
        return await db.DataVersions.AsNoTracking().Include(v => v.Dataset).SingleOrDefaultAsync(v => v.Dataset.Name == asked.Dataset && v.Number == asked.Version, ct) is { } data
            ? new BatchSource(data.Files, data, string.Create(CultureInfo.InvariantCulture, $"{asked.Dataset}@{asked.Version}"))
            : new DataVersionNotFound(asked.Dataset, asked.Version);
    }

    private static async Task<Result<BatchSource>> OfFileAsync(DataFileRef file, WantedArtifacts wanted, CancellationToken ct)
    {
        if (DataFile.Check([new DataFile(file.Path, file.Digest, 0)]) is { } invalid)
            return invalid;
        return await wanted.SizeAsync(file.Digest[Digest.Prefix.Length..], ct) is { } size
            ? new BatchSource([new DataFile(file.Path, file.Digest, size)], null, file.Path)
            : new ArtifactNotFound(file.Digest);
    }
}
