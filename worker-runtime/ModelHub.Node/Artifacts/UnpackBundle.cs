using System.Formats.Tar;
using System.IO.Compression;

namespace ModelHub.Node.Artifacts;

/// <summary>
/// Takes a model and its external data out of a zip or tar bundle. The bundle was inspected when it was registered;
/// still nothing outside the folder is written and no more than the limit, whatever it says.
/// </summary>
internal static class UnpackBundle
{
    private const string ModelFile = "model.onnx";
    private const string DefinitionFile = "runtime.json";
    private const int MostFiles = 10_000;

    /// <summary>Whether the file is a bundle at all: a zip, a tar, or a gzipped tar.</summary>
    public static bool IsBundle(string path)
    {
        Span<byte> head = stackalloc byte[512];
        using var file = File.OpenRead(path);
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        return head is [(byte)'P', (byte)'K', 3, 4, ..] or [0x1F, 0x8B, ..]
            || (head.Length == 512 && head[257..].StartsWith("ustar"u8));
    }

    /// <param name="entry">finds what the bundle is there for in a folder: <see cref="Model"/> or <see cref="Definition"/></param>
    /// <returns>its path, or why there is none</returns>
    public static (string? Path, PlacementProblem? Problem) Into(string folder, string bundle, Func<string, string?> entry, long limit)
    {
        var part = $"{folder}.{Guid.NewGuid():n}.part";
        try
        {
            Directory.CreateDirectory(part);
            Unpack(bundle, part, limit);
            if (entry(part) is null)
                return (null, new PlacementProblem("refused", entry == Definition ? $"The bundle holds no {DefinitionFile}." : $"The bundle holds no {ModelFile}, and not exactly one .onnx file either."));
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.Move(part, folder);
            return (entry(folder), null);
        }
        catch (InvalidDataException e)
        {
            return (null, new PlacementProblem("refused", $"The bundle cannot be unpacked: {e.Message}"));
        }
        finally
        {
            if (Directory.Exists(part))
                Directory.Delete(part, recursive: true);
        }
    }

    /// <summary>What says how a bundle of format <c>process</c> is run.</summary>
    public static string? Definition(string folder) =>
        Path.Combine(folder, DefinitionFile) is var named && File.Exists(named) ? named : null;

    /// <summary>The model in a folder of unpacked files, if it is clear which one is meant.</summary>
    public static string? Model(string folder)
    {
        var named = Path.Combine(folder, ModelFile);
        if (File.Exists(named))
            return named;
        return Directory.Exists(folder) && Directory.GetFiles(folder, "*.onnx", SearchOption.AllDirectories) is [var one] ? one : null;
    }

    private static void Unpack(string bundle, string folder, long limit)
    {
        var files = 0;
        using var file = File.OpenRead(bundle);
        var first = file.ReadByte();
        file.Position = 0;
        if (first == 'P')
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read);
            foreach (var entry in zip.Entries.Where(e => !e.FullName.EndsWith('/')))
            {
                using var content = entry.Open();
                limit -= Write(folder, entry.FullName, content, limit, ++files);
            }
            return;
        }
        using var plain = first == 0x1F ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var tar = new TarReader(plain);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.Directory)
                continue;
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                throw new InvalidDataException($"'{entry.Name}' is not a plain file.");
            limit -= Write(folder, entry.Name, entry.DataStream ?? Stream.Null, limit, ++files);
        }
    }

    /// <returns>bytes written</returns>
    private static long Write(string folder, string name, Stream content, long limit, int files)
    {
        var target = Path.GetFullPath(Path.Combine(folder, name));
        if (name.Contains('\\', StringComparison.Ordinal) || !target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException($"'{name}' lies outside of it.");
        if (files > MostFiles)
            throw new InvalidDataException($"it holds more than {MostFiles} files.");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (File.Exists(target))
            throw new InvalidDataException($"it holds '{name}' twice.");
        using var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[64 * 1024];
        long written = 0;
        for (int n; (n = content.Read(buffer)) > 0; written += n)
        {
            if (written + n > limit)
                throw new InvalidDataException("it is larger than this node's memory.");
            to.Write(buffer, 0, n);
        }
        return written;
    }
}
