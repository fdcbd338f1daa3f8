using ModelHub.Domain.Basics;
using ModelHub.Worker.Configuration;

namespace ModelHub.Worker.Artifacts;

/// <summary>
/// Verified artifacts on this worker's disk, by digest. A file appears under its name only whole and verified; several
/// jobs and several workers may share the folder.
/// </summary>
internal sealed class ArtifactCache(ArtifactsAtApi api, WorkerOptions options)
{
    /// <summary>The path of the artifact's bytes, fetched when they are not here. Not to be changed or removed.</summary>
    public async Task<string> GetAsync(string digest, CancellationToken ct)
    {
        var parsed = Digest.Parse("digest", digest).Value;
        var path = Path.Combine(options.Cache, parsed.Hex);
        if (File.Exists(path))
        {
            File.SetLastAccessTimeUtc(path, DateTime.UtcNow);
            return path;
        }
        Directory.CreateDirectory(options.Cache);
        var part = Path.Combine(options.Cache, $"{parsed.Hex}.{Guid.NewGuid():N}.part");
        try
        {
            await api.FetchAsync(parsed, part, ct);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
        return path;
    }

    /// <summary>Removes what was used longest ago until the rest fits, and parts that a killed process left behind.</summary>
    public void Trim(DateTime now)
    {
        if (!Directory.Exists(options.Cache)) return;
        var files = new DirectoryInfo(options.Cache).GetFiles().OrderByDescending(f => f.LastAccessTimeUtc).ToArray();
        long kept = 0;
        foreach (var file in files)
        {
            var isPart = file.Name.EndsWith(".part", StringComparison.Ordinal);
            if (isPart ? file.LastWriteTimeUtc < now.AddDays(-1) : (kept += file.Length) > options.CacheBytes) file.Delete();
        }
    }
}
