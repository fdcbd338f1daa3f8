using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Models;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Worker.Bundles;

/// <summary>Lays the files of a version into a folder. Those of an archive it also stores one by one, so that the API can send them without unpacking.</summary>
internal sealed class PlaceFiles(ArtifactCache cache, ArtifactsAtApi artifacts)
{
    /// <returns>Which of them is the model.</returns>
    public async Task<string> IntoAsync(ScratchFolder folder, Version version, CancellationToken ct)
    {
        var path = await cache.GetAsync(version.Digest, ct);
        if (version.Files is [{ } only] && only.Digest == version.Digest)
        {
            File.Copy(path, folder.File(only.Path));
            return only.Path;
        }
        await Task.Run(() => UnpackBundle.Into(folder.Path, path, ReadArtifact.KindOf(path)), ct);
        foreach (var file in version.Files)
            await artifacts.StoreAsync(folder.File(file.Path), ct);
        return ReadArtifact.Single(version.Files);
    }
}
