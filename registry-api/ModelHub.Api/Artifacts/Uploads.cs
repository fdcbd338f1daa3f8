using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Security.Cryptography;
using ModelHub.Api.Configuration;

namespace ModelHub.Api.Artifacts;

/// <summary>Uploads that are under way: begin, append, complete. All state that matters is on disk.</summary>
internal sealed class Uploads
{
    private readonly ConcurrentDictionary<string, RunningHash> hashes = new();
    private readonly ArtifactStore store;
    private readonly ApiLimits limits;
    private readonly TimeProvider time;
    private readonly string folder;

    public Uploads(ArtifactStore store, ApiOptions options, TimeProvider time)
    {
        (this.store, limits, this.time) = (store, options.Limits, time);
        folder = Path.Combine(options.Data, "artifacts", "uploads");
        Directory.CreateDirectory(folder);
    }

    /// <summary>Null when too many are open.</summary>
    public async Task<Upload?> BeginAsync(long size, string? digest, string owner, CancellationToken ct)
    {
        if (Directory.EnumerateFiles(folder, "*.json").Take(limits.OpenUploads).Count() == limits.OpenUploads)
            return null;
        var upload = new Upload(RandomNumberGenerator.GetHexString(32, lowercase: true), size, digest, owner);
        await upload.SaveAsync(folder, ct);
        return upload;
    }

    public async Task<UploadOutcome> OffsetAsync(string id, string owner, CancellationToken ct)
    {
        if (await FindAsync(id, owner, ct) is null)
            return new UploadOutcome.Unknown();
        var part = new FileInfo(Upload.BytesPath(folder, id));
        return part.Exists ? new UploadOutcome.At(part.Length) : new UploadOutcome.Unknown();
    }

    public async Task<UploadOutcome> AppendAsync(string id, string owner, long offset, PipeReader body, CancellationToken ct)
    {
        if (await FindAsync(id, owner, ct) is not { } upload)
            return new UploadOutcome.Unknown();
        await using var part = Open(id);
        if (part is null)
            return new UploadOutcome.Busy();
        if (part.Length != offset)
            return new UploadOutcome.WrongOffset(part.Length);
        return await part.AppendAsync(body, upload.Size, ct) ? new UploadOutcome.At(part.Length) : new UploadOutcome.TooLong(upload.Size);
    }

    public async Task<UploadOutcome> CompleteAsync(string id, string owner, CancellationToken ct)
    {
        if (await FindAsync(id, owner, ct) is not { } upload)
            return new UploadOutcome.Unknown();
        await using var part = Open(id);
        if (part is null)
            return new UploadOutcome.Busy();
        if (part.Length != upload.Size)
            return new UploadOutcome.Incomplete(part.Length, upload.Size);
        var size = part.Length;
        var hex = await part.DigestAsync(ct);
        if (upload.Digest is { } expected && expected != hex)
        {
            Remove(id);
            return new UploadOutcome.WrongDigest(expected, hex);
        }
        var stored = store.Adopt(Upload.BytesPath(folder, id), hex);
        Remove(id);
        return new UploadOutcome.Stored(hex, size, Deduplicated: !stored);
    }

    /// <summary>The whole body in one go, of a length only its end tells.</summary>
    public async Task<UploadOutcome> PutAsync(PipeReader body, CancellationToken ct)
    {
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await File.Create(Upload.BytesPath(folder, id)).DisposeAsync();
        try
        {
            await using var part = Open(id)!;
            if (!await part.AppendAsync(body, limits.ArtifactBytes, ct))
                return new UploadOutcome.TooLong(limits.ArtifactBytes);
            var hex = await part.DigestAsync(ct);
            var size = part.Length;
            return new UploadOutcome.Stored(hex, size, Deduplicated: !store.Adopt(Upload.BytesPath(folder, id), hex));
        }
        finally
        {
            Remove(id);
        }
    }

    /// <summary>Removes what nobody wrote to within the lifetime, bytes without terms included.</summary>
    /// <returns>how many were removed</returns>
    public int Expire()
    {
        var before = time.GetUtcNow().UtcDateTime - limits.UploadLifetime;
        var expired = Directory.EnumerateFiles(folder, "*.part").Where(path => File.GetLastWriteTimeUtc(path) < before)
            .Concat(Directory.EnumerateFiles(folder, "*.json").Where(path => File.GetLastWriteTimeUtc(path) < before && !File.Exists(Path.ChangeExtension(path, ".part"))))
            .Select(path => Path.GetFileNameWithoutExtension(path)).ToList();
        expired.ForEach(Remove);
        return expired.Count;
    }

    private async Task<Upload?> FindAsync(string id, string owner, CancellationToken ct)
        => await Upload.LoadAsync(folder, id, ct) is { } upload && upload.Owner == owner ? upload : null;

    private PartFile? Open(string id) => PartFile.Open(Upload.BytesPath(folder, id), hashes.GetOrAdd(id, _ => new RunningHash()));

    private void Remove(string id)
    {
        File.Delete(Upload.TermsPath(folder, id));
        File.Delete(Upload.BytesPath(folder, id));
        if (hashes.TryRemove(id, out var hash))
            hash.Dispose();
    }
}
