using System.Text;
using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Postgres;

/// <summary>The folder of the server's socket: short, because a socket's path holds 107 bytes, and open to nobody else.</summary>
internal static class SocketFolder
{
    private const string Prefix = "modelhub-";
    private const int LongestPath = 107;

    public static string Create(SystemUser? user)
    {
        var parent = new[] { Path.GetTempPath(), "/tmp", "/var/tmp" }.FirstOrDefault(folder => Fits(folder, user))
            ?? throw new BrokenWorldException("No folder for PostgreSQL's socket: /tmp is missing, or closed to the user it runs as.");
        var created = Directory.CreateDirectory(Path.Combine(parent, Prefix + Guid.NewGuid().ToString("N")[..10]), PrivateFile.FolderMode).FullName;
        if (user is not null)
            Posix.ChangeOwner(created, user.Id, user.Group);
        return created;
    }

    /// <summary>Removes a folder that an earlier server left; any other path is left alone.</summary>
    public static void Remove(string folder)
    {
        if (Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal) && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static bool Fits(string folder, SystemUser? user) =>
        Directory.Exists(folder)
        && Encoding.UTF8.GetByteCount(Path.Combine(folder, Prefix)) + 10 + "/.s.PGSQL.5432".Length <= LongestPath
        && (user is null || Reach.ByAnybody(folder));
}
