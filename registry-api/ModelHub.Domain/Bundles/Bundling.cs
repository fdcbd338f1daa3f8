using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Domain.Bundles;

/// <summary>Only ONNX models run where nothing of ours is installed.</summary>
public sealed record NothingToBundle(string Format)
    : Refusal($"Only ONNX models are bundled, not {Format}.");

/// <summary>Only what was verified, read and scanned leaves the registry.</summary>
public sealed record VersionNotBundleable(int Version, VersionState State)
    : Refusal($"Version {Version} is {State}, not Ready: its artifact was not verified and scanned.");

public sealed record ArtifactDangerous(int Version, IReadOnlyList<string> Findings)
    : Refusal($"The scan of version {Version} found {string.Join(", ", Findings)}.");

/// <summary>A tar header of POSIX takes names of 100 bytes behind a folder of 155, and files below 8 GiB.</summary>
public sealed record FileNotBundleable(string Path, long Size)
    : Refusal($"The file {Path} of {Size} bytes does not fit a tar archive: the limits are {UstarHeader.MostBytes} bytes and a path of 100 bytes behind folders of 155.");

/// <summary>A worker could not make the sample, so there is nothing to verify the bundle by.</summary>
public sealed record BundleNotPrepared(string Model, int Version, string Why)
    : Refusal($"{Model}@{Version} cannot be bundled: {Why}");

/// <summary>The private key was sealed under a setting that this host does not have.</summary>
public sealed record BundleKeySealed(string Key)
    : Refusal($"The bundle key {Key} was sealed under another SecretsKey: give that one as SecretsKeyBefore, or have an administrator rotate the key.");

public static class Bundling
{
    /// <param name="block">One that holds in some environment, or null.</param>
    public static Refusal? NotPossible(Version version, VersionBlocked? block)
    {
        if (version.Format != ModelFormats.Onnx)
            return new NothingToBundle(version.Format);
        if (version.State != VersionState.Ready || version.Scan is null || version.Files.Count == 0)
            return new VersionNotBundleable(version.Number, version.State);
        if (version.Scan.Verdict == ScanVerdict.Dangerous)
            return new ArtifactDangerous(version.Number, version.Scan.Findings);
        if (version.Files.FirstOrDefault(file => !UstarHeader.Takes(EdgeBundle.ModelFolder + file.Path, file.Size)) is { } file)
            return new FileNotBundleable(file.Path, file.Size);
        return block;
    }
}
