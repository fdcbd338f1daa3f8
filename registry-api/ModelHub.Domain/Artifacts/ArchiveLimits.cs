namespace ModelHub.Domain.Artifacts;

/// <summary>What a bundle may cost to open. Sizes in bytes, counted while unpacking: headers may lie.</summary>
/// <param name="TotalBytes">Sum of all unpacked files.</param>
/// <param name="Entries">Files and folders together.</param>
/// <param name="Ratio">Unpacked bytes per packed byte, judged once <see cref="RatioFloorBytes"/> were unpacked.</param>
/// <param name="PathLength">Characters of an entry's name.</param>
public sealed record ArchiveLimits(long TotalBytes, int Entries, int Ratio, int PathLength)
{
    // Small files of zeros (labels, masks) compress a thousandfold without being an attack.
    public const long RatioFloorBytes = 16 << 20;

    public static ArchiveLimits Default { get; } = new(4L << 30, 10_000, 200, 400);
}
