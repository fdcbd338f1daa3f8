using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Postgres;

/// <summary>What an earlier server left behind when it, or the program that started it, was killed. The folder's lock is ours here.</summary>
internal static class OrphanedServer
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    public static async Task StopAsync(string cluster, string socketFolderInUse, CancellationToken ct)
    {
        var left = PostmasterFile.Read(cluster);
        if (left is not null && Belongs(left.ProcessId, cluster))
            await StopAsync(left.ProcessId, cluster, ct);
        foreach (var backend in Backends(cluster))
        {
            Posix.Send(Signal.Kill, backend);
            await OtherProcess.GoneAsync(backend, patience, ct);
        }

        if (left is null)
            return;
        if (left.SocketFolder != socketFolderInUse)
            SocketFolder.Remove(left.SocketFolder);
        // The number may belong to somebody else by now, which PostgreSQL would take for a server that still runs.
        if (OperatingSystem.IsLinux())
            File.Delete(PostmasterFile.PathIn(cluster));
    }

    private static async Task StopAsync(int server, string cluster, CancellationToken ct)
    {
        Posix.Send(Signal.Int, server);
        if (await OtherProcess.GoneAsync(server, patience, ct))
            return;
        Posix.Send(Signal.Quit, server);
        if (!await OtherProcess.GoneAsync(server, patience, ct))
            throw new BrokenWorldException($"An earlier PostgreSQL (process {server}) still runs on {cluster} and does not stop.");
    }

    private static bool Belongs(int processId, string cluster) =>
        OtherProcess.Runs(processId, "postgres") && (!OperatingSystem.IsLinux() || WorksIn(processId, cluster));

    private static List<int> Backends(string cluster) =>
        !OperatingSystem.IsLinux()
            ? []
            : [.. Directory.EnumerateDirectories("/proc")
                .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
                .Where(id => id > 0 && OtherProcess.Runs(id, "postgres") && WorksIn(id, cluster))];

    private static bool WorksIn(int processId, string cluster)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{processId}/cwd", returnFinalTarget: false)?.FullName == cluster;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or belongs to another user: not ours either way.
            return false;
        }
    }
}
