using System.IO.Compression;

namespace ModelHub.Domain.Artifacts;

/// <summary>What a scan saw. Findings are sentences for people; none means nothing dangerous was found and all of it was read.</summary>
/// <param name="Imports">Every <c>module.name</c> a load would import, sorted.</param>
public sealed record PickleReport(IReadOnlyList<string> Imports, IReadOnlyList<string> Findings);

/// <summary>
/// Reads pickles (protocols 0 to 5, plain, compressed, or inside a torch zip or another bundle) opcode by opcode and lists what loading them
/// would import. Nothing is ever unpickled. What cannot be read to its end is a finding: silence is not a clean scan.
/// </summary>
public static class PickleScan
{
    private const long MaxUnpackedBytes = 8L << 30;

    /// <summary>True for what a pickle loader would accept as its first byte and nothing else claims.</summary>
    public static bool LooksLikePickle(ReadOnlySpan<byte> head)
        => head is [0x80, >= 2 and <= 5, ..] or [(byte)'(' or (byte)'c' or (byte)']' or (byte)'}' or (byte)'I', ..];

    /// <param name="artifact">Seekable, at its beginning.</param>
    public static PickleReport Scan(Stream artifact)
    {
        var head = new byte[262];
        var length = artifact.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        artifact.Seek(0, SeekOrigin.Begin);
        var imports = new PickleImports();
        switch (head.AsSpan(0, length))
        {
            case [(byte)'P', (byte)'K', ..]:
                ScanBundle(artifact, ArchiveKind.Zip, imports);
                break;
            case var plain when ArchiveInspection.KindOf(plain) is ArchiveKind.Tar:
                ScanBundle(artifact, ArchiveKind.Tar, imports);
                break;
            case [0x1f, 0x8b, ..] when ArchiveInspection.HoldsTar(artifact):
                ScanBundle(artifact, ArchiveKind.TarGzip, imports);
                break;
            case [0x1f, 0x8b, ..]:
                ScanCompressed(new GZipStream(artifact, CompressionMode.Decompress, leaveOpen: true), imports);
                break;
            case [0x78, 0x01 or 0x5e or 0x9c or 0xda, ..]:
                ScanCompressed(new ZLibStream(artifact, CompressionMode.Decompress, leaveOpen: true), imports);
                break;
            default:
                ScanAll(new PickleReader(artifact), imports, "");
                break;
        }
        return imports.Report();
    }

    /// <summary>Names under which Python tools load pickles.</summary>
    public static bool HasPickleName(string path)
        => Path.GetExtension(path).ToLowerInvariant() is ".pkl" or ".pickle" or ".joblib" or ".pt" or ".pth" or ".sav" or ".dill" or ".p";

    private static void ScanBundle(Stream artifact, ArchiveKind kind, PickleImports imports)
    {
        var verdict = ArchiveInspection.Read(artifact, kind, ArchiveLimits.Default with { TotalBytes = MaxUnpackedBytes }, (path, bytes) =>
        {
            if (HasPickleName(path))
                ScanAll(new PickleReader(bytes), imports, $" in {ArchivePaths.Printable(path)}");
        });
        if (verdict is ArchiveVerdict.Refused refused)
            imports.Unreadable($"the archive cannot be read: {refused.Reason} ({refused.Entry})");
    }

    private static void ScanCompressed(Stream unpacked, PickleImports imports)
    {
        using (unpacked)
        {
            try
            {
                ScanAll(new PickleReader(unpacked, MaxUnpackedBytes), imports, "");
            }
            catch (InvalidDataException)
            {
                imports.Unreadable("its compressed data is damaged");
            }
        }
    }

    /// <summary>
    /// Loaders of old torch files read several pickles one after another, so what follows the first is read too;
    /// there, bytes that are no pickle are raw tensor storage and no fault.
    /// </summary>
    private static void ScanAll(PickleReader reader, PickleImports imports, string where)
    {
        var first = true;
        while (first || !reader.AtEnd)
        {
            var machine = new PickleMachine(reader, imports);
            if (machine.Run() is { } fault)
            {
                if (first)
                    imports.Unreadable($"the pickle{where} cannot be read to its end: {fault} at byte {reader.Position}");
                return;
            }
            first = false;
        }
    }
}
