using System.Runtime.CompilerServices;
using ModelHub.Api.Configuration;

namespace ModelHub.Api.Artifacts;

/// <summary>
/// A folder: <c>artifacts/sha256/ab/abcd…</c>. A file there is complete and was synced before it got its name. Several processes may
/// share it: every step is one rename.
/// </summary>
internal sealed partial class DiskStore : IArtifactStore
{
    private readonly string root;
    private readonly string quarantine;
    private readonly TimeProvider time;
    private readonly ILogger<DiskStore> log;

    public DiskStore(ApiOptions options, TimeProvider time, ILogger<DiskStore> log)
    {
        (this.time, this.log) = (time, log);
        root = Path.Combine(options.Data, "artifacts", "sha256");
        quarantine = Path.Combine(options.Data, "artifacts", "quarantine");
        Directory.CreateDirectory(root);
        Directory.CreateDirectory(quarantine);
    }

    public Task<long?> SizeAsync(string hex, CancellationToken ct)
    {
        var file = new FileInfo(PathOf(hex));
        return Task.FromResult<long?>(file.Exists ? file.Length : null);
    }

    public Task<ArtifactBytes?> OpenAsync(string hex, long from, CancellationToken ct)
    {
        try
        {
            var file = new FileStream(PathOf(hex), new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                BufferSize = 0,
            });
            file.Position = from;
            return Task.FromResult<ArtifactBytes?>(new(file, file.Length));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<ArtifactBytes?>(null);
        }
    }

    public Task<bool> AdoptAsync(string file, string hex, CancellationToken ct)
    {
        var path = PathOf(hex);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path) && new FileInfo(path).Length == new FileInfo(file).Length)
        {
            File.Delete(file);
            return Task.FromResult(false);
        }
        // Overwriting is harmless: whoever else renames onto this name brings the same bytes.
        File.Move(file, path, overwrite: true);
        Durable.SyncFolder(Path.GetDirectoryName(path)!);
        return Task.FromResult(true);
    }

    public Task QuarantineAsync(string hex, CancellationToken ct)
    {
        var target = Path.Combine(quarantine, $"{hex}.{time.GetUtcNow().ToUnixTimeMilliseconds()}");
        try
        {
            File.Move(PathOf(hex), target);
            LogQuarantined(log, hex, target);
            ArtifactMeter.Quarantined.Add(1);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            LogAlreadyQuarantined(log, hex);
        }
        return Task.CompletedTask;
    }

    public Task<Uri?> AddressAsync(string hex, CancellationToken ct) => Task.FromResult<Uri?>(null);

    public async IAsyncEnumerable<StoredArtifact> ListAsync(string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var folder in Sorted(Directory.EnumerateDirectories(root)))
        {
            if (after is not null && string.CompareOrdinal(Path.GetFileName(folder), after[..2]) < 0)
                continue;
            foreach (var path in Sorted(Directory.EnumerateFiles(folder)))
            {
                ct.ThrowIfCancellationRequested();
                var file = new FileInfo(path);
                if (ArtifactNames.IsHex(file.Name) && string.CompareOrdinal(file.Name, after) > 0 && file.Exists)
                    yield return new(file.Name, file.Length, file.LastWriteTimeUtc);
            }
            // Other requests go on between two folders.
            await Task.Yield();
        }
    }

    public Task RemoveAsync(string hex, CancellationToken ct)
    {
        var path = PathOf(hex);
        if (File.Exists(path))
            File.Delete(path);
        return Task.CompletedTask;
    }

    private static List<string> Sorted(IEnumerable<string> paths) => [.. paths.Order(StringComparer.Ordinal)];

    private string PathOf(string hex) => Path.Combine(root, hex[..2], hex);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Artifact {Hex} no longer holds the bytes of its digest; moved to {Target}")]
    private static partial void LogQuarantined(ILogger log, string hex, string target);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Artifact {Hex} was quarantined by another reader already")]
    private static partial void LogAlreadyQuarantined(ILogger log, string hex);
}
