namespace ModelHub.Cli.Backup;

/// <summary>Which files of a data folder belong into a backup. What can be fetched or made again stays out: caches, logs, locks, uploads under way.</summary>
internal static class BackupFiles
{
    public const string Cluster = "postgres/cluster";
    public const string Wal = Cluster + "/pg_wal";

    private static readonly string[] leftOut =
        ["lock", "owner", "connection.json", "logs/", "sockets/", "postgres/lock", "postgres/server.log", "api/artifacts/uploads/", Cluster + "/postmaster.pid", Cluster + "/postmaster.opts"];

    /// <summary>Folders that must be there and whose content PostgreSQL makes at each start.</summary>
    private static readonly string[] emptied = ["pg_replslot/", "pg_dynshmem/", "pg_notify/", "pg_serial/", "pg_snapshots/", "pg_stat_tmp/", "pg_subtrans/"];

    /// <summary>Everything but PostgreSQL's data: what a version, a key or a session needs.</summary>
    public static bool BelongsBesideTheCluster(string path) => !path.StartsWith(Cluster + "/", StringComparison.Ordinal) && Belongs(path);

    /// <summary>PostgreSQL's data without its log of writes, of which a running server's backup wants only some.</summary>
    public static bool BelongsToTheCluster(string path) => path.StartsWith(Cluster + "/", StringComparison.Ordinal) && !path.StartsWith(Wal + "/", StringComparison.Ordinal) && Belongs(path);

    private static bool Belongs(string path)
    {
        var parts = path.Split('/');
        return !leftOut.Any(left => left.EndsWith('/') ? path.StartsWith(left, StringComparison.Ordinal) : path == left)
            && !emptied.Any(folder => path.StartsWith($"{Cluster}/{folder}", StringComparison.Ordinal) && path.Length > Cluster.Length + 1 + folder.Length)
            && !(parts[0].StartsWith("node-", StringComparison.Ordinal) && parts is [_, "artifacts", ..])
            && !parts[0].StartsWith("worker-", StringComparison.Ordinal)
            && !parts[^1].StartsWith("pgsql_tmp", StringComparison.Ordinal) && !parts[^1].StartsWith("pg_internal.init", StringComparison.Ordinal);
    }

    /// <summary>Paths below the folder, with slashes, and the folders, which end in one.</summary>
    public static IEnumerable<string> Below(string data) =>
        Directory.EnumerateDirectories(data, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Select(folder => Relative(data, folder) + "/")
            .Concat(Directory.EnumerateFiles(data, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Select(file => Relative(data, file)));

    private static string Relative(string data, string path) => Path.GetRelativePath(data, path).Replace(Path.DirectorySeparatorChar, '/');
}
