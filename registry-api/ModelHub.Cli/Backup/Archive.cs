using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Backup;

/// <summary>A backup: a gzip-compressed tar whose first entry says what it is. It holds secrets, so only its owner may read it.</summary>
internal sealed class Archive : IDisposable
{
    public const string Label = "modelhub-backup.json";
    public const int Format = 1;

    private readonly string scratch;
    private readonly string path;
    private readonly Action<long> written;
    private readonly TarWriter tar;

    /// <param name="path">Stands there once <see cref="Complete"/> was called, and not before.</param>
    /// <param name="written">Told the bytes read for it, piece by piece.</param>
    public Archive(string path, Action<long> written)
    {
        (this.path, scratch, this.written) = (path, path + ".partial", written);
        var file = new FileStream(scratch, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = PrivateFile.Mode });
        tar = new TarWriter(new GZipStream(file, CompressionLevel.Fastest), TarEntryFormat.Pax);
        Add(Label, JsonSerializer.Serialize(new Dictionary<string, object> { ["format"] = Format, ["createdAt"] = DateTimeOffset.UtcNow }));
    }

    public void Add(string name, string content)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(content));
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = PrivateFile.Mode, DataStream = bytes });
    }

    /// <summary>One file or folder of the data folder; one that is gone by now is left out, as it would be a moment later.</summary>
    public void AddFrom(string data, string name)
    {
        if (name.EndsWith('/'))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, name) { Mode = File.GetUnixFileMode(Path.Combine(data, name)) });
            return;
        }
        FileStream file;
        try
        {
            file = new FileStream(Path.Combine(data, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return;
        }
        using var content = new FixedLength(file, written);
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = File.GetUnixFileMode(file.SafeFileHandle), DataStream = content });
    }

    public void Complete()
    {
        tar.Dispose();
        File.Move(scratch, path);
    }

    public void Dispose()
    {
        tar.Dispose();
        File.Delete(scratch);
    }
}
