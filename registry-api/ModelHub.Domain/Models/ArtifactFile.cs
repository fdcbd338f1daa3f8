namespace ModelHub.Domain.Models;

/// <param name="Size">Bytes.</param>
public sealed record ArtifactFile(string Path, long Size, string Digest);

public enum ScanVerdict
{
    Clean,
    Dangerous,
    NotApplicable,
}

/// <summary>What a look for dangerous imports found, without ever running the artifact.</summary>
public sealed record ArtifactScan(ScanVerdict Verdict, IReadOnlyList<string> Findings)
{
    public static readonly ArtifactScan NotApplicable = new(ScanVerdict.NotApplicable, []);
}
