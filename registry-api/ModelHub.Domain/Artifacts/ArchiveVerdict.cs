namespace ModelHub.Domain.Artifacts;

/// <summary>A file of a bundle. Path with forward slashes, relative, without <c>.</c> and <c>..</c>; digest <c>sha256:hex</c>.</summary>
public sealed record ArchiveFile(string Path, long Size, string Digest);

/// <summary>What reading a bundle came to: its files, or why it is refused and which entry is to blame.</summary>
public abstract record ArchiveVerdict
{
    private ArchiveVerdict() { }

    public sealed record Accepted(IReadOnlyList<ArchiveFile> Files) : ArchiveVerdict;

    /// <param name="Entry">Name of the entry at fault, made printable; empty when the archive as a whole is.</param>
    public sealed record Refused(string Entry, string Reason) : ArchiveVerdict;
}

public enum ArchiveKind
{
    None,
    Zip,
    Tar,
    TarGzip,
}
