using ModelHub.Domain.Artifacts;
using ModelHub.Domain.Models;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Models;

internal static class UnpackBundle
{
    /// <summary>Writes the files of a bundle below a folder; the inspection has judged every path before it gets here.</summary>
    /// <exception cref="BadInputException">The bundle is refused; the folder holds leftovers and goes with its job.</exception>
    public static IReadOnlyList<ArtifactFile> Into(string folder, string path, ArchiveKind kind)
    {
        using var archive = File.OpenRead(path);
        return ArchiveInspection.Read(archive, kind, ArchiveLimits.Default, (name, bytes) => Write(folder, name, bytes)) switch
        {
            ArchiveVerdict.Accepted accepted => [.. accepted.Files.Select(f => new ArtifactFile(f.Path, f.Size, f.Digest))],
            ArchiveVerdict.Refused { Entry: "" } refused => throw new BadInputException($"The bundle is refused: {refused.Reason}."),
            ArchiveVerdict.Refused refused => throw new BadInputException($"The bundle is refused at {refused.Entry}: {refused.Reason}."),
            _ => throw new InvalidOperationException("A verdict of a new kind."),
        };
    }

    private static void Write(string folder, string name, Stream bytes)
    {
        var target = Path.GetFullPath(Path.Combine(folder, name));
        // A second lock on the same door.
        if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new BadInputException("The bundle is refused: an entry lies outside of it.");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
        bytes.CopyTo(file);
    }
}
