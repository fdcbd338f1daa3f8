using ModelHub.Domain.Artifacts;
using ModelHub.Domain.Models;
using ModelHub.Inference.Remote;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Models;

/// <param name="Signature">Null for a format that is kept, not served.</param>
/// <param name="Optimised">Null when nothing was gained.</param>
internal sealed record ArtifactContent(Signature? Signature, IReadOnlyList<ArtifactFile> Files, ArtifactScan Scan, OptimisedGraph? Optimised = null);

/// <summary>
/// Looks into an artifact of unknown origin: a single file, or a zip or tar bundle. Nothing is ever unpickled; ONNX is
/// loaded only in a child process that may be killed.
/// </summary>
internal sealed class ReadArtifact(TryModel model)
{
    public const string Onnx = "onnx";
    public const string ModelFile = "model.onnx";

    private const string OptimisedFile = "optimised.onnx";

    /// <exception cref="BadInputException">The artifact is refused; the message says why.</exception>
    public async Task<ArtifactContent> FromAsync(string format, string digest, string path, ScratchFolder scratch, IProgressLog log, CancellationToken ct)
    {
        var kind = KindOf(path);
        // A torch or scikit-learn file may itself be a zip: it is kept as it is, and its inside scanned.
        var files = kind == ArchiveKind.None || format != Onnx
            ? [new ArtifactFile(format == Onnx ? ModelFile : "artifact", new FileInfo(path).Length, digest)]
            : await Task.Run(() => UnpackBundle.Into(scratch.Path, path, kind), ct);
        log.Progress(0.5, files.Count == 1 ? null : $"unpacked {files.Count} files");
        if (format == ExternalTarget.Format) return new(null, files, ReadTarget(path));
        if (format != Onnx) return new(null, files, await Task.Run(() => Scan(path), ct));

        // What came in a bundle stays as it came: its files belong together.
        if (kind != ArchiveKind.None) return new((await model.RunAsync(scratch.File(Single(files)), null, log, ct)).Signature, files, ScanBundle(files, scratch));
        var (signature, optimised) = await model.RunAsync(Place(path, scratch), scratch.File(OptimisedFile), log, ct);
        return new(signature, files, ArtifactScan.NotApplicable, optimised);
    }

    internal static ArchiveKind KindOf(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[512];
        return ArchiveInspection.KindOf(head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
    }

    /// <summary>Alone in its folder, so that external data it names can only be found when it was uploaded with it.</summary>
    private static string Place(string path, ScratchFolder scratch)
    {
        var placed = scratch.File(ModelFile);
        File.Copy(path, placed);
        return placed;
    }

    /// <exception cref="BadInputException">None, or several, could be meant.</exception>
    internal static string Single(IReadOnlyList<ArtifactFile> files)
    {
        if (files.Any(f => f.Path == ModelFile)) return ModelFile;
        var models = files.Where(f => f.Path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)).ToArray();
        return models is [var one] ? one.Path : throw new BadInputException($"The bundle holds {models.Length} .onnx files and none is called {ModelFile}.");
    }

    /// <summary>It names a server and holds nothing that could run; which servers are spoken to is up to the nodes.</summary>
    private static ArtifactScan ReadTarget(string path)
    {
        try
        {
            ExternalTarget.Read(path);
            return ArtifactScan.NotApplicable;
        }
        catch (InvalidDataException e)
        {
            throw new BadInputException(e.Message, e);
        }
    }

    private static ArtifactScan ScanBundle(IReadOnlyList<ArtifactFile> files, ScratchFolder scratch)
    {
        var findings = new List<string>();
        var pickles = files.Where(f => PickleScan.HasPickleName(f.Path)).ToArray();
        foreach (var file in pickles)
        {
            using var stream = File.OpenRead(scratch.File(file.Path));
            findings.AddRange(PickleScan.Scan(stream).Findings.Select(finding => $"{file.Path}: {finding}"));
        }
        return pickles.Length == 0 ? ArtifactScan.NotApplicable : Verdict(findings);
    }

    private static ArtifactScan Scan(string path)
    {
        using var stream = File.OpenRead(path);
        return Verdict(PickleScan.Scan(stream).Findings);
    }

    private static ArtifactScan Verdict(IReadOnlyList<string> findings) =>
        new(findings.Count == 0 ? ScanVerdict.Clean : ScanVerdict.Dangerous, [.. findings.Take(100)]);
}
