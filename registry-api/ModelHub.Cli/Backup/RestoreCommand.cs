using System.CommandLine;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Cli.Stack;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Backup;

/// <summary><c>restore FILE</c>: makes a data folder from a backup. It is unpacked beside and moved into place when it is whole.</summary>
internal static class RestoreCommand
{
    public static Command Create(Option<bool> json)
    {
        var file = new Argument<string>("FILE") { Description = "What backup wrote" };
        var data = StackFlags.DataFlag();
        var command = new Command("restore", "Make a data folder from a backup") { file, data };
        command.SetAction((parsed, ct) => RunAsync(Path.GetFullPath(parsed.GetRequiredValue(file)), Path.GetFullPath(parsed.GetValue(data)!), Screen.Standard(parsed.GetValue(json)), ct));
        return command;
    }

    private static async Task<int> RunAsync(string path, string data, Screen screen, CancellationToken ct)
    {
        if (!File.Exists(path))
            throw new BrokenWorldException($"There is no file {path}.");
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
            throw new BrokenWorldException($"{data} is not empty. Nothing is overwritten: move it away, or name another folder with --data.");

        var scratch = data + ".restoring";
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
        try
        {
            await UnpackAsync(path, scratch, screen, ct);
            if (Directory.Exists(data))
                Directory.Delete(data);
            Directory.Move(scratch, data);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or JsonException)
        {
            throw new BrokenWorldException($"{path} is not a whole backup of ModelHub: {fault.Message}", fault);
        }
        finally
        {
            if (Directory.Exists(scratch))
                Directory.Delete(scratch, recursive: true);
        }

        screen.Say($"Restored into {data}. Start it with: ./modelhub up --data {data}");
        if (screen.Json)
            screen.Document(new JsonObject { ["data"] = data }.ToJsonString(Screen.Readable));
        return ExitCode.Done;
    }

    private static async Task UnpackAsync(string path, string scratch, Screen screen, CancellationToken ct)
    {
        using var bar = new ProgressBar(screen, "Restoring");
        await using var file = File.OpenRead(path);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(unzipped);
        await CheckAsync(await tar.GetNextEntryAsync(cancellationToken: ct), ct);
        DataFolder.Prepare(scratch);
        var found = false;
        while (await tar.GetNextEntryAsync(cancellationToken: ct) is { } entry)
        {
            var target = Inside(scratch, entry);
            if (entry.EntryType == TarEntryType.Directory)
                Directory.CreateDirectory(target, entry.Mode);
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                await entry.ExtractToFileAsync(target, overwrite: false, ct);
            }
            found |= entry.Name == BackupFiles.Cluster + "/PG_VERSION";
            bar.Report(file.Position / (double)file.Length);
        }
        if (!found)
            throw new InvalidDataException("it holds no database");
    }

    private static async Task CheckAsync(TarEntry? first, CancellationToken ct)
    {
        if (first is not { Name: Archive.Label, DataStream: { } content })
            throw new InvalidDataException($"it does not begin with {Archive.Label}");
        var format = (int?)(await JsonNode.ParseAsync(content, cancellationToken: ct))?["format"];
        if (format != Archive.Format)
            throw new InvalidDataException($"its format is {format}, and this program reads {Archive.Format}");
    }

    /// <summary>Only files and folders, and only below the folder: whoever wrote the file may not be whom it names.</summary>
    private static string Inside(string folder, TarEntry entry)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.Directory))
            throw new InvalidDataException($"{entry.Name} is neither a file nor a folder");
        var target = Path.GetFullPath(Path.Combine(folder, entry.Name));
        return target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? target : throw new InvalidDataException($"{entry.Name} lies outside");
    }
}
