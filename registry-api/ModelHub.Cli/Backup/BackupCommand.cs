using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Postgres;
using ModelHub.Cli.Processes;
using ModelHub.Cli.Stack;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Backup;

/// <summary>
/// <c>backup FILE</c>: everything that lasts, in one file, while the stack runs on or stands still. A copy of PostgreSQL's files,
/// not of its rows: events are ordered by transaction numbers, which a copy of rows would begin anew.
/// </summary>
internal static class BackupCommand
{
    public static Command Create(Option<bool> json)
    {
        var file = new Argument<string>("FILE") { Description = "Where to, such as modelhub.tar.gz; must not be there yet" };
        var data = StackFlags.DataFlag();
        var command = new Command("backup", "Write everything that lasts into one file, also while it runs") { file, data };
        command.SetAction((parsed, ct) => RunAsync(Path.GetFullPath(parsed.GetValue(data)!), Path.GetFullPath(parsed.GetRequiredValue(file)), Screen.Standard(parsed.GetValue(json)), ct));
        return command;
    }

    private static async Task<int> RunAsync(string data, string path, Screen screen, CancellationToken ct)
    {
        var cluster = Path.Combine(data, BackupFiles.Cluster);
        if (!Directory.Exists(cluster))
            throw new BrokenWorldException(
                $"{data} holds no PostgreSQL of its own. Back up a PostgreSQL elsewhere with its own tools (a copy of its files, such as pg_basebackup makes), and with it {Path.Combine(data, "api")}.");
        if (File.Exists(path) || Directory.Exists(path))
            throw new BrokenWorldException($"{path} is there already.");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new BrokenWorldException($"There is no folder {Path.GetDirectoryName(path)}.");

        using var bar = new ProgressBar(screen, "Backing up");
        var total = BackupFiles.Below(data).Where(name => !name.EndsWith('/')).Sum(name => Size(Path.Combine(data, name)));
        long done = 0;
        using var archive = new Archive(path, count => bar.Report((done += count) / (double)Math.Max(total, 1)));
        using var held = FolderLock.TryTake(data);
        if (held is not null)
            AddStill(archive, data);
        else
            await AddRunningAsync(archive, data, PostmasterFile.Read(cluster) is { Ready: true } server ? server : throw new BrokenWorldException($"What runs on {data} is not ready yet."), ct);
        archive.Complete();

        var size = new FileInfo(path).Length;
        screen.Say($"Wrote {path}, {size >> 20} MiB. It holds secrets: keep it where only you can read it.");
        if (screen.Json)
            screen.Document(new JsonObject { ["file"] = path, ["bytes"] = size }.ToJsonString(Screen.Readable));
        return ExitCode.Done;
    }

    /// <summary>Nothing runs: the files are what they are.</summary>
    private static void AddStill(Archive archive, string data)
    {
        foreach (var name in BackupFiles.Below(data).Where(name => BackupFiles.BelongsBesideTheCluster(name) || BackupFiles.BelongsToTheCluster(name) || IsWal(name)))
            archive.AddFrom(data, name);
    }

    /// <summary>The database first: what it names is in the store already, and what comes into the store meanwhile is only more.</summary>
    private static async Task AddRunningAsync(Archive archive, string data, PostmasterFile server, CancellationToken ct)
    {
        using var held = await RunningServer.HoldAsync(data, server, ct);
        foreach (var name in BackupFiles.Below(data).Where(BackupFiles.BelongsToTheCluster))
            archive.AddFrom(data, name);
        var (label, tablespaces, lastWal) = await held.StopAsync(ct);
        archive.Add($"{BackupFiles.Cluster}/backup_label", label);
        if (tablespaces.Length > 0)
            archive.Add($"{BackupFiles.Cluster}/tablespace_map", tablespaces);
        foreach (var name in BackupFiles.Below(data).Where(IsWal))
            if (name.EndsWith('/') || InRange(Path.GetFileName(name), held.FirstWal, lastWal))
                archive.AddFrom(data, name);
        foreach (var name in BackupFiles.Below(data).Where(BackupFiles.BelongsBesideTheCluster))
            archive.AddFrom(data, name);
    }

    private static bool IsWal(string name) => name.StartsWith(BackupFiles.Wal + "/", StringComparison.Ordinal);

    // 24 hexadecimal digits that sort as the files were written, or a timeline's history.
    private static bool InRange(string wal, string first, string last) =>
        wal.EndsWith(".history", StringComparison.Ordinal) || (wal.Length == first.Length && string.CompareOrdinal(wal, first) >= 0 && string.CompareOrdinal(wal, last) <= 0);

    private static long Size(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
