using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Security.Cryptography;
using ModelHub.Api.Configuration;

namespace ModelHub.Api.Artifacts;

/// <summary>Uploads that are under way: begin, append, complete. All state that matters is on disk.</summary>
internal sealed class Uploads
{
    private readonly ConcurrentDictionary<string, RunningHash> hashes = new();
    private readonly IArtifactStore store;
    private readonly WantedArtifacts wanted;
    private readonly ApiLimits limits;
    private readonly TimeProvider time;
    private readonly string folder;

    public Uploads(IArtifactStore store, WantedArtifacts wanted, ApiOptions options, TimeProvider time)
    {
        (this.store, this.wanted, limits, this.time) = (store, wanted, options.Limits, time);
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
        var stored = await AdoptAsync(id, hex, part, ct);
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
            return new UploadOutcome.Stored(hex, size, Deduplicated: !await AdoptAsync(id, hex, part, ct));
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
        var expired = Directory.EnumerateFiles(folder, "*.part").Concat(Directory.EnumerateFiles(folder, "*.whole")).Where(path => File.GetLastWriteTimeUtc(path) < before)
            .Concat(Directory.EnumerateFiles(folder, "*.json").Where(path => File.GetLastWriteTimeUtc(path) < before && !File.Exists(Path.ChangeExtension(path, ".part"))))
            .Select(path => Path.GetFileNameWithoutExtension(path)).ToList();
        expired.ForEach(Remove);
        return expired.Count;
    }

    /// <returns>false when the bytes were there already</returns>
    private async Task<bool> AdoptAsync(string id, string hex, PartFile part, CancellationToken ct)
    {
        // What is stored and nothing refers to may be about to be collected.
        await wanted.SizeAsync(hex, ct);
        var (bytes, whole) = (Upload.BytesPath(folder, id), Upload.WholePath(folder, id));
        File.Move(bytes, whole);
        await part.DisposeAsync();
        try
        {
            return await store.AdoptAsync(whole, hex, ct);
        }
        catch
        {
            // To be completed again when the store answers.
            File.Move(whole, bytes);
            throw;
        }
    }

    private async Task<Upload?> FindAsync(string id, string owner, CancellationToken ct)
        => await Upload.LoadAsync(folder, id, ct) is { } upload && upload.Owner == owner ? upload : null;

    /// <summary>Null when another request has it open, or completes it.</summary>
    private PartFile? Open(string id)
    {
        try
        {
            return PartFile.Open(Upload.BytesPath(folder, id), hashes.GetOrAdd(id, _ => new RunningHash()));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private void Remove(string id)
    {
        File.Delete(Upload.TermsPath(folder, id));
        File.Delete(Upload.BytesPath(folder, id));
        File.Delete(Upload.WholePath(folder, id));
        if (hashes.TryRemove(id, out var hash))
            hash.Dispose();
    }
}
