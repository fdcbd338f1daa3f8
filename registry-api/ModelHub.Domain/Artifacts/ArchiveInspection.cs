using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;

namespace ModelHub.Domain.Artifacts;

/// <summary>
/// Opens zip, tar and tar.gz bundles without trusting them. Nothing is written here: each file's bytes are handed to
/// <c>onFile</c>, which may copy them to a scratch folder under the given safe path, scan them, or ignore them.
/// A refusal may come after some files were handed over, so the caller keeps nothing until <see cref="ArchiveVerdict.Accepted"/>.
/// </summary>
public static class ArchiveInspection
{
    private const int TarMagicOffset = 257;

    /// <summary>Judges by content, never by name.</summary>
    /// <param name="head">The first bytes, 262 or more for tar.</param>
    public static ArchiveKind KindOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
            return ArchiveKind.Zip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return ArchiveKind.TarGzip;
        return head.Length >= TarMagicOffset + 5 && head[TarMagicOffset..].StartsWith("ustar"u8) ? ArchiveKind.Tar : ArchiveKind.None;
    }

    /// <summary>Whether what gzip packed is a tar; leaves the stream at its beginning.</summary>
    public static bool HoldsTar(Stream gzip)
    {
        var head = new byte[TarMagicOffset + 5];
        try
        {
            using var unpacked = new GZipStream(gzip, CompressionMode.Decompress, leaveOpen: true);
            return KindOf(head.AsSpan(0, unpacked.ReadAtLeast(head, head.Length, throwOnEndOfStream: false))) is ArchiveKind.Tar;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            gzip.Seek(0, SeekOrigin.Begin);
        }
    }

    /// <param name="archive">Seekable, at its beginning.</param>
    /// <param name="onFile">Called per regular file; what it leaves unread is read for it.</param>
    public static ArchiveVerdict Read(Stream archive, ArchiveKind kind, ArchiveLimits limits, Action<string, Stream>? onFile = null)
    {
        var reading = new ArchiveReading(limits, onFile ?? ((_, _) => { }));
        try
        {
            return kind switch
            {
                ArchiveKind.Zip => ReadZip(archive, reading),
                ArchiveKind.Tar => ReadTar(archive, archive, reading),
                ArchiveKind.TarGzip => ReadTarGzip(archive, reading),
                _ => new ArchiveVerdict.Refused("", "not a zip, tar or tar.gz archive"),
            };
        }
        catch (ArchiveLimitException e)
        {
            return reading.Refuse(e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or OverflowException)
        {
            return reading.Refuse("damaged or cut short");
        }
    }

    private static ArchiveVerdict ReadZip(Stream archive, ArchiveReading reading)
    {
        if (DeclaredEntries(archive) is { } declared && reading.TooMany(declared) is { } refused)
            return refused;
        using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in zip.Entries)
        {
            var folder = entry.FullName.EndsWith('/');
            if (reading.Open(entry.FullName, folder, UnixFault(entry)) is { } fault)
                return fault;
            if (folder)
                continue;
            if (entry.IsEncrypted)
                return reading.Refuse("an encrypted entry");
            using var bytes = entry.Open();
            if (reading.File(bytes, seen => (seen, entry.CompressedLength)) != entry.Length)
                return reading.Refuse("its size is not the one the archive states");
        }
        return reading.Accept();
    }

    private static ArchiveVerdict ReadTarGzip(Stream archive, ArchiveReading reading)
    {
        using var unpacked = new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true);
        return ReadTar(unpacked, archive, reading);
    }

    private static ArchiveVerdict ReadTar(Stream unpacked, Stream packed, ArchiveReading reading)
    {
        using var tar = new TarReader(unpacked, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
                continue;
            var folder = entry.EntryType is TarEntryType.Directory;
            if (reading.Open(entry.Name, folder, TypeFault(entry.EntryType)) is { } fault)
                return fault;
            if (folder)
                continue;
            var length = reading.File(entry.DataStream ?? Stream.Null, _ => (reading.Total, packed.Position));
            if (length != entry.Length)
                return reading.Refuse("its size is not the one the archive states");
        }
        return reading.Accept();
    }

    // Upper half of the external attributes: the Unix mode, whose file type is the top four bits.
    private static string? UnixFault(ZipArchiveEntry entry) => ((entry.ExternalAttributes >> 28) & 0xF) switch
    {
        0 or 0x8 or 0x4 => null,
        0xA => "a symbolic link",
        _ => "a device or another special file",
    };

    private static string? TypeFault(TarEntryType type) => type switch
    {
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile or TarEntryType.Directory => null,
        TarEntryType.SymbolicLink => "a symbolic link",
        TarEntryType.HardLink => "a hard link",
        _ => "a device or another special file",
    };

    /// <summary>The entry count in the end record: read before the directory is, which is held in memory whole.</summary>
    private static long? DeclaredEntries(Stream archive)
    {
        var tail = new byte[Math.Min(archive.Length, 65_557)];
        archive.Seek(-tail.Length, SeekOrigin.End);
        archive.ReadExactly(tail);
        archive.Seek(0, SeekOrigin.Begin);
        var at = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (at < 0 || at + 16 > tail.Length)
            return null;
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10));
        var directoryBytes = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 12));
        // 46 bytes is the least a directory entry takes; zip64 hides the count behind 0xFFFF but not the bytes of the file.
        return entries == ushort.MaxValue ? Math.Min(directoryBytes, archive.Length) / 46 : entries;
    }
}
