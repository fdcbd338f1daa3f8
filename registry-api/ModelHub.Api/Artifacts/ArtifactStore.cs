using System.Security.Cryptography;
using ModelHub.Api.Configuration;

namespace ModelHub.Api.Artifacts;

/// <summary>
/// Bytes on disk by their SHA-256: <c>artifacts/sha256/ab/abcd…</c>. A file there is complete and was synced before it got its
/// name. Several processes may share the folder: every step is one rename.
/// </summary>
internal sealed partial class ArtifactStore
{
    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdef");

    private readonly string root;
    private readonly string quarantine;
    private readonly TimeProvider time;
    private readonly ILogger<ArtifactStore> log;

    public ArtifactStore(ApiOptions options, TimeProvider time, ILogger<ArtifactStore> log)
    {
        (this.time, this.log) = (time, log);
        root = Path.Combine(options.Data, "artifacts", "sha256");
        quarantine = Path.Combine(options.Data, "artifacts", "quarantine");
        Directory.CreateDirectory(root);
        Directory.CreateDirectory(quarantine);
    }

    public static bool IsHex(string hex, int length = 64) => hex.Length == length && hex.AsSpan().IndexOfAnyExcept(Hex) < 0;

    /// <summary>Bytes, or null when it is not stored.</summary>
    public long? Size(string hex)
    {
        var file = new FileInfo(PathOf(hex));
        return file.Exists ? file.Length : null;
    }

    /// <summary>Null when it is not stored.</summary>
    public FileStream? Open(string hex)
    {
        try
        {
            return new FileStream(PathOf(hex), new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                BufferSize = 0,
            });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Takes a synced file that holds exactly these bytes; false when they were there already, the file is then deleted.</summary>
    public bool Adopt(string file, string hex)
    {
        var path = PathOf(hex);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path) && new FileInfo(path).Length == new FileInfo(file).Length)
        {
            File.Delete(file);
            return false;
        }
        // Overwriting is harmless: whoever else renames onto this name brings the same bytes.
        File.Move(file, path, overwrite: true);
        Durable.SyncFolder(Path.GetDirectoryName(path)!);
        return true;
    }

    /// <summary>Reads the whole file; true when it holds what its name says. A file that does not is quarantined.</summary>
    public async Task<bool> VerifyAsync(string hex, CancellationToken ct)
    {
        await using var file = Open(hex);
        if (file is null)
            return false;
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)) == hex)
            return true;
        Quarantine(hex);
        return false;
    }

    /// <summary>Takes a file whose bytes do not match out of service; the artifact can then be uploaded again.</summary>
    public void Quarantine(string hex)
    {
        var target = Path.Combine(quarantine, $"{hex}.{time.GetUtcNow().ToUnixTimeMilliseconds()}");
        try
        {
            File.Move(PathOf(hex), target);
            LogQuarantined(log, hex, target);
            ArtifactMeter.Quarantined.Add(1);
        }
        catch (FileNotFoundException)
        {
            LogAlreadyQuarantined(log, hex);
        }
    }

    private string PathOf(string hex) => Path.Combine(root, hex[..2], hex);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Artifact {Hex} no longer holds the bytes of its digest; moved to {Target}")]
    private static partial void LogQuarantined(ILogger log, string hex, string target);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Artifact {Hex} was quarantined by another reader already")]
    private static partial void LogAlreadyQuarantined(ILogger log, string hex);
}
